// Whose turn it is to tell an event: its place in the queue is its own row. Who takes one up writes a new
// `runner` into it, and who has lost that stops at its next batch.
import { type SQL, sql } from 'drizzle-orm'
import { events, undelivered } from '../../db/schema'
import { unlessAwaitingRepair } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { bare, insertInto, of, under } from '../../db/names'
import { never } from '../base/job-runs'
import { jobsFrom } from '../base/jobs'
import { mergingKinds } from './kinds'
import type { Held } from './pages'

/** Who tells an event has it for so long from one page to the next, in milliseconds. */
export const pageTime = 30_000

const unsaid = sql`${of(events.toldAt)} is null`
const held = { id: events.id, runner: events.runner }
const isHeld = (p: Record<keyof typeof held, SQL>) =>
  sql`${of(events.id)} = ${p.id} and ${of(events.runner)} = ${p.runner} and ${unsaid}`

/** Another event of the stream waits behind the one in the statement's `events` row. */
const waits = sql<0 | 1>`exists (select 1 from ${events} as later
  where ${under('later', events.stream)} = ${of(events.stream)} and ${under('later', events.toldAt)} is null
    and ${under('later', events.id)} > ${of(events.id)})`

const isOldest = sql`not exists (select 1 from ${events} as older
  where ${under('older', events.stream)} = ${of(events.stream)} and ${under('older', events.toldAt)} is null
    and ${under('older', events.id)} < ${of(events.id)})`

/** The streams whose oldest event is due, the longest due first. Unawaited. */
export const dueStreams = statement({ now: events.dueAt, count: value<number>() }, (p) =>
  q.all<{ stream: string }>(sql`select ${of(events.stream)} as stream from ${events}
    where ${unsaid} and ${of(events.dueAt)} <= ${p.now} and ${isOldest}
    order by ${of(events.dueAt)}, ${of(events.id)} limit ${p.count}`),
)

/** An event that was taken up, for the nth time without a page. */
export type TakenUp = Held & { attempts: number }

/** Takes a stream's oldest event up, if it is due. What waited to go into it goes into another. Unawaited. */
export const takeUp = maybeRow(
  { stream: events.stream, runner: events.runner, now: value<number>(), wait: value<string>() },
  (p) =>
    q.all<TakenUp>(sql`update ${events} set ${bare(events.runner)} = ${p.runner},
        ${bare(events.attempts)} = ${of(events.attempts)} + 1,
        ${bare(events.dueAt)} = ${p.now} + json_extract(${p.wait}, '$[' || min(${of(events.attempts)}, 7) || ']'),
        ${bare(events.key)} = case when ${of(events.kind)} in (${mergingKinds}) then null else ${of(events.key)} end
      where ${of(events.id)} = (select ${under('one', events.id)} from ${events} as one
          where ${under('one', events.stream)} = ${p.stream} and ${under('one', events.toldAt)} is null
          order by ${under('one', events.id)} limit 1)
        and ${of(events.dueAt)} <= ${p.now}
      returning ${bare(events.id)}, ${bare(events.runner)}, ${bare(events.attempts)}`),
)

/** What became of an event with a page: whether all are told, and whether another of its stream waits. */
export type Moved = { stream: string; isTold: 0 | 1; waits: 0 | 1 }

/** Moves an event on by a page; behind its last one it is told. Unawaited. */
export const moveOn = maybeRow(
  { ...held, upTo: value<number>(), now: value<number>(), dueAt: value<number>() },
  (p) => {
    const isLast = sql`${p.upTo} >= json_array_length(${of(events.audience)})`
    return q.all<Moved>(sql`update ${events} set ${bare(events.cursor)} = ${p.upTo}, ${bare(events.attempts)} = 0,
        ${bare(events.lastError)} = '', ${bare(events.dueAt)} = ${p.dueAt},
        ${bare(events.toldAt)} = case when ${isLast} then ${p.now} end,
        ${bare(events.words)} = case when ${isLast} then '' else ${of(events.words)} end
      where ${isHeld(p)}
      returning ${bare(events.stream)}, ${of(events.toldAt)} is not null as isTold, ${waits} as waits,
        ${unlessAwaitingRepair.sql} as never`)
  },
)

/** Notes why a try has failed. Unawaited. */
export const noteFailure = statement({ ...held, lastError: events.lastError }, (p) =>
  q.run(sql`update ${events} set ${bare(events.lastError)} = ${p.lastError} where ${isHeld(p)}`),
)

// ── Who could not be told, and what ──────────────────────────────────────────────────────────────

const behind = { ...held, people: value<string>() }

/** Writes down that people have not heard of an event; goes ahead of what moves it on. Unawaited. */
export const fallBehind = statement(behind, (p) =>
  q.run(sql`${insertInto(undelivered, 'userId', 'eventId')}
    select value, ${of(events.id)} from ${events} join json_each(${p.people}) where ${isHeld(p)}
    on conflict do nothing`),
)

/** Asks for the jobs that tell them later. Unawaited. */
export const catchUpLater = statement({ ...behind, now: value<number>() }, (p) =>
  jobsFrom({
    kind: 'person.catch_up',
    key: sql`cast(value as integer)`,
    payload: sql`json_object('userId', cast(value as integer))`,
    now: p.now,
    from: sql`from ${events} join json_each(${p.people}) where ${isHeld(p)}`,
    touches: true,
  }),
)

/** Parks a job that stands for an event which nobody could tell. Unawaited: ahead of `giveUp`. */
export const parkEvent = statement(
  { ...held, now: value<number>(), lastError: value<string>() },
  (p) =>
    jobsFrom({
      kind: 'event.tell',
      key: of(events.id),
      payload: sql`json_object('eventId', ${of(events.id)})`,
      now: p.now,
      due: sql.raw(String(never)),
      parked: p.lastError,
      from: sql`from ${events} where ${isHeld(p)}`,
    }),
)

/** Gives an event up: its stream goes on, and its words are forgotten as if it were told. Unawaited. */
export const giveUp = maybeRow(
  { ...held, now: value<number>(), lastError: events.lastError },
  (p) =>
    q.all<Moved>(sql`update ${events} set ${bare(events.toldAt)} = ${p.now}, ${bare(events.lastError)} = ${p.lastError},
      ${bare(events.words)} = ''
    where ${isHeld(p)} returning ${bare(events.stream)}, 1 as isTold, ${waits} as waits`),
)

/** Makes an event that was given up one to be told again, from where it stood. Unawaited. */
export const untell = maybeRow({ id: events.id, now: value<number>() }, (p) =>
  q.all<{
    stream: string
  }>(sql`update ${events} set ${bare(events.toldAt)} = null, ${bare(events.attempts)} = 0,
      ${bare(events.runner)} = '', ${bare(events.dueAt)} = ${p.now}
    where ${of(events.id)} = ${p.id} and ${of(events.toldAt)} is not null and ${of(events.lastError)} <> ''
    returning ${bare(events.stream)}`),
)
