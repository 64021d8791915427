// Statements run together as ONE atomic batch: one round trip, one transaction, all of it or nothing. They
// are named, and so are their results.
import type { InValue } from '@libsql/client/web'
import { sql } from 'drizzle-orm'
import { type Db, isLibsql } from './client'
import { type Compiled, q, type Row } from './compile'
import { type Bound, statement } from './declare'
import { messageOf } from './guards'
import { bare } from './names'
import { jobs } from './schema'
import { classified, DatabaseUnavailable, whenNotBusy } from './unavailable'

/** The statements of a batch by name, run in the order of the keys. A list has a list of results. */
export type Work = { [name: string]: Bound<any> | readonly Bound<any>[] | undefined }

/** The results of a batch, each under the name of its statement. */
export type Results<W> = { -readonly [K in keyof W]: ResultOf<W[K]> }
type ResultOf<B> =
  B extends Bound<infer R> ? R : B extends readonly Bound<infer R>[] ? R[] : undefined

/**
 * Runs statements in the order of their names as one atomic batch, and answers with their results. What
 * writes is refused while a restored database waits for its repair, but for the repair's own; with
 * `hasRepairGuard` one of the statements has `unlessAwaitingRepair`, and none is sent for it.
 * @throws `DatabaseUnavailable`; the database's own error where it refuses a statement
 */
export async function runBatch<const W extends Work>(
  db: Db,
  work: W,
  options: Options = {},
): Promise<Results<W>> {
  const given = Object.entries(work).filter((entry): entry is [string, Given] => !!entry[1])
  const statements = given.flatMap(([, part]) => part)
  const answers = await answersOf(db, statements, options)
  let at = 0
  const named = given.map(([name, part]) => {
    const isList = Array.isArray(part)
    const own = answers.slice(at, (at += isList ? part.length : 1))
    return [name, isList ? own : own[0]]
  })
  return Object.fromEntries(named) as Results<W>
}

type Options = { isRepair?: boolean; hasRepairGuard?: boolean }
type Given = Bound<any> | readonly Bound<any>[]

async function answersOf(
  db: Db,
  statements: readonly Bound<any>[],
  { isRepair = false, hasRepairGuard = false }: Options,
): Promise<unknown[]> {
  // A batch of nothing, which D1 would refuse.
  if (statements.length === 0) return []
  const work = statements.map(readied)
  const isGuarded = !isRepair && !hasRepairGuard && !work.every(({ compiled }) => compiled.isRead)
  const ready = isGuarded ? [readied(repairGuard({})), ...work] : work
  const results = await send(db, ready).catch((error: unknown) => {
    throw classified(isAwaitingRepair(error) ? new DatabaseUnavailable(error) : error)
  })
  return results.slice(ready.length - work.length).map((result, i) => answerOf(work[i]!, result))
}

/** Whether any of these statements writes. */
export const isWriting = (work: Work): boolean =>
  Object.values(work).some((part) =>
    [part ?? []].flat().some((bound: Bound<any>) => !bound.compiled().isRead),
  )

function readied(bound: Bound<any>): Ready {
  const compiled = bound.compiled()
  return { bound, compiled, args: compiled.params.map((read) => read(bound.values)) }
}

type Ready = { bound: Bound<any>; compiled: Compiled; args: unknown[] }
type Result = Awaited<ReturnType<typeof send>>[number]

async function send(db: Db, ready: readonly Ready[]) {
  if (!isLibsql(db)) {
    const prepared = ready.map(({ compiled, args }) => db.prepare(compiled.text).bind(...args))
    return db.batch<Row>(prepared)
  }
  const sent = ready.map(({ compiled, args }) => ({ sql: compiled.text, args: args as InValue[] }))
  // A libsql-server lets one transaction write at a time: what only reads does not stand in that line.
  // Not the mode 'read', which a replica may answer, and a replica may not know yet who has signed out.
  const isRead = ready.every(({ compiled }) => compiled.isRead)
  return whenNotBusy(() => db.batch(sent, isRead ? 'deferred' : 'write'))
}

function answerOf({ bound, compiled }: Ready, result: Result): unknown {
  const answer =
    'results' in result
      ? compiled.decode(result.results, Object.keys(result.results[0] ?? {}), result.meta.changes)
      : compiled.decode(result.rows as unknown as Row[], result.columns, result.rowsAffected)
  if (bound.rows === 'all') return answer
  const [row] = answer as Row[]
  if (!row && bound.rows === 'one') throw new Error(`no row where one was due: ${compiled.text}`)
  return row
}

// ── A restored database ──────────────────────────────────────────────────────────────────────────

/** Under which key `jobs` has the repair of a restored database (`npm run restored` writes it). */
export const repairKey = 'restore.repair:database'

// Nothing, for one look into an index; or a failure that has the key in its text: the key is no JSON path.
const failIfAwaited = sql`select json_extract('{}', ${bare(jobs.key)}) as never from ${jobs}
  where ${bare(jobs.key)} = ${sql.raw(`'${repairKey}'`)}`

const repairGuard = statement({}, () => q.all(failIfAwaited))

/** A column, always null, of what is to be refused as writes are, though it only reads: while a repair is awaited. */
export const unlessAwaitingRepair = sql<null>`(${failIfAwaited})`.as('never')

/** Whether a write was refused because the database was restored and not repaired yet. */
function isAwaitingRepair(error: unknown): boolean {
  return messageOf(error).includes(`JSON path: '${repairKey}'`)
}
