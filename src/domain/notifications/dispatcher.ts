// The dispatcher: tells what has happened, stream by stream and event by event, after the answer or when it is
// due. Every step may be repeated: whatever is killed, an event is told, in its order, and once.
import { runBatch } from '../../db/batch'
import type { Context } from '../base/context'
import { failureCode } from '../base/failures'
import { waitAfter } from '../base/job-runs'
import { startJobs } from '../base/jobs'
import { deliveriesFor } from '../webhooks'
import { callReaders } from './calling'
import { type Asked, type Facts, type Held, type Reader, readPage, writeLines } from './pages'
import {
  catchUpLater,
  dueStreams,
  fallBehind,
  giveUp,
  type Moved,
  moveOn,
  noteFailure,
  pageTime,
  parkEvent,
  takeUp,
  type TakenUp,
} from './turns'

/** So many streams are told side by side. */
const streamsAtOnce = 20
/** After so many tries in a row without a page an event is given up. */
const mostAttempts = 15

/** Tells the events of this request, by their ids; those that wait behind others are left to these. */
export async function tellOwn(ctx: Context, ids: readonly number[]): Promise<void> {
  const { runner } = ctx
  await Promise.all(ids.map((id) => tellStream(ctx, { id, runner, attempts: 0 })))
}

/** Tells all that is due, the longest due first, until the invocation may do no more. */
export async function tellDue(ctx: Context): Promise<void> {
  for (;;) {
    if (ctx.budget.isSpent()) return
    const given = { now: ctx.now(), count: streamsAtOnce }
    const { due } = await runBatch(ctx.db, { due: dueStreams(given) })
    await Promise.all(due.map(({ stream }) => goOnWith(ctx, stream)))
    if (due.length < streamsAtOnce) return
  }
}

/** Tells a stream from its oldest event on, if that is due. */
export async function goOnWith(ctx: Context, stream: string): Promise<void> {
  const next = await nextOf(ctx, stream)
  if (next) await tellStream(ctx, next)
}

async function tellStream(ctx: Context, first: TakenUp): Promise<void> {
  for (let event: TakenUp | undefined = first; event;) {
    const told: Moved | undefined = await tellOne(ctx, event)
    event = told?.waits ? await nextOf(ctx, told.stream) : undefined
  }
}

async function nextOf(ctx: Context, stream: string): Promise<TakenUp | undefined> {
  if (ctx.budget.isSpent()) return undefined
  const runner = crypto.randomUUID()
  const wait = JSON.stringify(Array.from({ length: 8 }, (_, attempts) => waitAfter(attempts)))
  const { next } = await runBatch(ctx.db, {
    next: takeUp({ stream, runner, now: ctx.now(), wait }),
  })
  return next
}

/** Answers with what became of it; nothing where it is not told yet, or somebody else's to tell. */
async function tellOne(ctx: Context, event: TakenUp): Promise<Moved | undefined> {
  if (event.attempts > mostAttempts) return leaveIt(ctx, event, 'fault')
  try {
    return await tellPages(ctx, event)
  } catch (error) {
    ctx.report('event.tell', error)
    const lastError = failureCode(error)
    if (event.attempts >= mostAttempts) return leaveIt(ctx, event, lastError)
    await runBatch(ctx.db, { noted: noteFailure({ ...heldOf(event), lastError }) })
    return undefined
  }
}

// ── Page by page ─────────────────────────────────────────────────────────────────────────────────

type Page = readonly (Facts & Reader & Asked)[]
const heldOf = ({ id, runner }: Held): Held => ({ id, runner })

async function tellPages(ctx: Context, event: Held): Promise<Moved | undefined> {
  const held = heldOf(event)
  let { page }: { page: Page } = await runBatch(ctx.db, nextPage(ctx, held), guarded)
  while (page.length > 0) {
    const done = await turnPage(ctx, held, page)
    if (!done.moved || done.moved.isTold) return done.moved
    page = done.page
  }
  return undefined
}

/** `readPage` and `moveOn` are refused while a restored database waits for its repair, and all with them. */
const guarded = { hasRepairGuard: true }

function nextPage(ctx: Context, held: Held) {
  return { lines: writeLines(held), page: readPage({ ...held, now: ctx.now() }) }
}

/** Tells a page, and in one batch moves the event on by it and takes the next one. */
async function turnPage(ctx: Context, held: Held, page: Page) {
  const { upTo, failed } = await callReaders(ctx, page)
  const [now, isSpent] = [ctx.now(), ctx.budget.isSpent()]
  const { total, kind, isAsked } = page[0]!
  const isLast = upTo >= total
  const isHeardOutside = isLast && isAsked === 1
  const people = JSON.stringify(failed)
  const work = {
    ...(failed.length > 0 && {
      behind: fallBehind({ ...held, people }),
      jobs: catchUpLater({ ...held, people, now }),
    }),
    moved: moveOn({ ...held, upTo, now, dueAt: isSpent ? now : now + pageTime }),
    outside: isHeardOutside ? deliveriesFor(ctx, held.id, kind) : undefined,
    ...(!isLast && !isSpent && nextPage(ctx, held)),
  }
  const { moved, ...next } = await runBatch(ctx.db, work, guarded)
  if (isHeardOutside) startJobs(ctx)
  return { moved, page: 'page' in next ? (next.page as Page) : [] }
}

async function leaveIt(ctx: Context, event: Held, lastError: string): Promise<Moved | undefined> {
  ctx.report('event.tell.given_up', lastError)
  const given = { ...heldOf(event), now: ctx.now(), lastError }
  const { moved } = await runBatch(ctx.db, { parked: parkEvent(given), moved: giveUp(given) })
  return moved
}
