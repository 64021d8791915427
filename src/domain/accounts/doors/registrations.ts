// How many accounts are made from one address, counted with the making of each: what an address may have
// made of accounts, whoever is behind it.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { maybeRow, statement, value } from '../../../db/declare'
import { isGuardFailure } from '../../../db/guards'
import type { Context } from '../../base/context'
import { anyWritten, closedError, readCounter, spendOrFail, tryOf } from '../../base/counters'
import { addressHash, siteFactor, siteHash } from '../familiar'

/** Counts an account if the statement just before it in the batch has made one. Unawaited. */
export function countRegistration(ctx: Context) {
  return spendRegistration(registrationOf(ctx))
}

/** What a batch with `countRegistration` in it failed for: `tries.exceeded`, or what it failed with. */
export async function registrationError(ctx: Context, error: unknown): Promise<unknown> {
  if (!isGuardFailure(error)) return error
  const { soFar } = await runBatch(ctx.db, { soFar: registrationsSoFar(ctx) })
  return closedRegistration(ctx, soFar) ?? error
}

/** How many accounts an address and its /48 have made, for `closedRegistration`. Unawaited. */
export function registrationsSoFar(ctx: Context) {
  const { from, site, now } = registrationOf(ctx)
  return [registrationsOf({ from, now }), registrationsOf({ from: site, now })]
}

type Spent = { spent: number; expiresAt: number } | undefined

/** The error where one more account is one too many; null where it is not. */
export function closedRegistration(ctx: Context, [own, around]: Spent[]) {
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

const keyOf = (from: SQL) => sql`'registered/' || ${from}`

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
      tries: sql`${tryOf({ key: keyOf(p.from), most: p.most, window: p.window })} union all
        ${tryOf({ key: keyOf(p.site), most: p.siteMost, window: p.window })} where ${p.site} <> ''`,
      units: anyWritten,
      now: p.now,
    }),
)

const registrationsOf = maybeRow({ from: value<string>(), now: counters.expiresAt }, (p) =>
  readCounter(keyOf(p.from), p.now),
)
