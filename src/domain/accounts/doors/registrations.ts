// How many accounts are made from one address, counted with the making of each: what an address may have
// made of accounts, whoever is behind it.
import { counters } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { statement, value } from '../../../db/declare'
import { isGuardFailure } from '../../../db/guards'
import { sql } from 'drizzle-orm'
import type { Context } from '../../base/context'
import { anyWritten, closedError, readCounter, spendOrFail } from '../../base/counters'
import { addressHash, siteFactor, siteHash } from '../familiar'

/** Counts an account if the statement just before it in the batch has made one. Unawaited. */
export function countRegistration(ctx: Context) {
  return spendRegistration(registrationOf(ctx))
}

/** What a batch with `countRegistration` in it failed for: `tries.exceeded`, or what it failed with. */
export async function registrationError(ctx: Context, error: unknown): Promise<unknown> {
  if (!isGuardFailure(error)) return error
  return (await whyClosed(ctx)) ?? error
}

async function whyClosed(ctx: Context) {
  const { from, site, now } = registrationOf(ctx)
  const [[own], [around]] = await runBatch(ctx.db, [
    registrationsOf({ from, now }),
    registrationsOf({ from: site, now }),
  ])
  const { most, window } = ctx.rules.registrations
  return (
    closedError(ctx, around, { most: most * siteFactor, window }) ??
    closedError(ctx, own, { most, window })
  )
}

function registrationOf(ctx: Context) {
  const site = siteHash(ctx)
  const siteMost = ctx.rules.registrations.most * siteFactor
  return { ...ctx.rules.registrations, siteMost, from: addressHash(ctx), site, now: ctx.now() }
}

const spendRegistration = statement(
  {
    from: value<string>(),
    site: value<string>(),
    most: value<number>(),
    siteMost: value<number>(),
    window: value<number>(),
    now: counters.expiresAt,
  },
  (p) =>
    spendOrFail({
      tries: sql`select 'registered/' || ${p.from} as "key", ${p.most} as "most", ${p.window} as "window"
        union all select 'registered/' || ${p.site}, ${p.siteMost}, ${p.window} where ${p.site} <> ''`,
      units: anyWritten,
      now: p.now,
    }),
)

const registrationsOf = statement({ from: value<string>(), now: counters.expiresAt }, (p) =>
  readCounter(sql`'registered/' || ${p.from}`, p.now),
)
