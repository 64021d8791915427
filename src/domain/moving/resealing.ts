// A new SEAL_KEY: what the key before has sealed is sealed anew, some rows a day, until nothing needs that one.
import { sql } from 'drizzle-orm'
import { counters } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import type { Context } from '../base/context'
import type { Resealing } from '../base/lifecycle'
import { open, seal, sealKeyId } from '../base/seal'
import { nouns } from './nouns'

/** Rows of one day. */
const perDay = 500
/** Rows of one batch. */
const perBatch = 50
const day = 24 * 60 * 60_000

/** Seals some rows anew, once a day; where there is no key before, it asks nobody. */
export async function reseal(ctx: Context): Promise<void> {
  const { seal: key, sealPrevious } = ctx.keys
  if (!key || !sealPrevious || sealKeyId(key) === sealKeyId(sealPrevious)) return
  const now = ctx.now()
  const { begun } = await runBatch(ctx.db, { begun: beginDay({ now, until: now + day }) })
  if (begun.length === 0) return
  let left = perDay
  for (const column of nouns.flatMap(({ sealed = [] }) => sealed)) {
    left -= await resealColumn(ctx, column, { keyId: sealKeyId(sealPrevious), most: left })
  }
}

type Part = { keyId: string; most: number }

async function resealColumn(ctx: Context, column: Resealing, part: Part): Promise<number> {
  if (part.most <= 0) return 0
  const { rows } = await runBatch(ctx.db, { rows: column.old(part) })
  for (let at = 0; at < rows.length; at += perBatch) {
    const some = rows.slice(at, at + perBatch)
    const written = await Promise.all(some.map((row) => anew(ctx, column, row)))
    await runBatch(ctx.db, { written: written.flat() })
  }
  return rows.length
}

/** What does not open stays as it is: it is of no use to anybody, and holds up no other. */
async function anew(
  ctx: Context,
  { table, write }: Resealing,
  { id, sealed: from }: { id: string; sealed: string },
) {
  try {
    const place = { table, id }
    return [write({ id, from, to: await seal(ctx, place, await open(ctx, place, from)) })]
  } catch (error) {
    ctx.report('seal.rewrite', error)
    return []
  }
}

const beginDay = statement({ now: counters.expiresAt, until: counters.expiresAt }, (p) =>
  q.all<{ key: string }>(sql`${insertInto(counters, 'key', 'spent', 'expiresAt')}
    values ('seal/rewritten', 1, ${p.until})
    on conflict (${bare(counters.key)}) do update
      set ${assign(counters, { expiresAt: under('excluded', counters.expiresAt) })}
      where ${of(counters.expiresAt)} <= ${p.now} returning ${bare(counters.key)}`),
)
