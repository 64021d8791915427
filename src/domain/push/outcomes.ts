// What a push service's answer means, whichever it is: whether to come again, and what becomes of the target.
import { sql } from 'drizzle-orm'
import { pushTargets } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Context, OutsideAnswer } from '../base/context'

/**
 * What became of a push. `gone`: the device is there no more, and its target is to be deleted. `later`: again
 * after `wait` milliseconds, or as its sender waits (null). `too_large`: once more with less. `failed`: not
 * again. `error` is a code for `last_error`.
 */
export type PushOutcome =
  | { result: 'accepted' }
  | { result: 'gone' | 'failed' | 'too_large'; error: string }
  | { result: 'later'; wait: number | null; error: string }

/** How often and when one comes again that no answer has told how long to wait, in milliseconds. */
export const pushWaits: readonly number[] = [30_000, 2 * 60_000, 10 * 60_000]
/** A service may ask to be left alone for so long, not less and not more. */
const [leastWait, mostWait] = [60_000, 60 * 60_000]
/** A target that has failed for so long is deleted when it fails once more. */
const failingKept = 7 * 24 * 60 * 60_000

/** What an answer means that both kinds of service give alike. A refusal is worth a line in the log. */
export function outcomeOf(ctx: Context, host: string, answer: OutsideAnswer): PushOutcome {
  if (answer.kind !== 'answered') return unanswered(ctx, host, answer.kind)
  const { status, retryAfter } = answer
  const error = `status_${status}`
  if (status >= 200 && status < 300) return { result: 'accepted' }
  if (status === 404 || status === 410) return { result: 'gone', error }
  if (status === 413) return { result: 'too_large', error }
  if (status === 429 || status === 406) {
    const wait = Math.min(Math.max(retryAfter ?? leastWait, leastWait), mostWait)
    return { result: 'later', wait, error }
  }
  if (status >= 500) return { result: 'later', wait: null, error }
  ctx.report('push.refused', `${host} answered ${status}`)
  return { result: 'failed', error }
}

function unanswered(ctx: Context, host: string, error: 'refused' | 'timeout' | 'unreachable') {
  if (error !== 'refused') return { result: 'later', wait: null, error } as const
  ctx.report('push.refused', `${host} may not be asked`)
  return { result: 'failed', error } as const
}

/** What a target's row says from then on. Unawaited: for the batch of whoever has sent. */
export function noteOutcome(ctx: Context, id: number, outcome: PushOutcome) {
  if (outcome.result === 'gone') return [deleteTarget({ id })]
  const now = ctx.now()
  if (outcome.result === 'accepted') return [noteAccepted({ id, now })]
  const ended = deleteFailing({ id, before: now - failingKept })
  return [ended, noteFailing({ id, now, error: outcome.error })]
}

const deleteTarget = statement({ id: pushTargets.id }, (p) =>
  q.delete(pushTargets).where(sql`${pushTargets.id} = ${p.id}`),
)

// Here and not in the sweep: a device that nobody has pushed to since it failed has not failed since.
const deleteFailing = statement({ id: pushTargets.id, before: value<number>() }, (p) =>
  q
    .delete(pushTargets)
    .where(sql`${pushTargets.id} = ${p.id} and ${pushTargets.failingSince} <= ${p.before}`),
)

const noteAccepted = statement({ id: pushTargets.id, now: value<number>() }, (p) =>
  q
    .update(pushTargets)
    .set({ okAt: sql`${p.now}`, failingSince: null, lastError: '' })
    .where(sql`${pushTargets.id} = ${p.id}`),
)

const noteFailing = statement(
  { id: pushTargets.id, now: value<number>(), error: pushTargets.lastError },
  (p) =>
    q
      .update(pushTargets)
      .set({
        failingSince: sql`coalesce(${of(pushTargets.failingSince)}, ${p.now})`,
        lastError: p.error,
      })
      .where(sql`${pushTargets.id} = ${p.id}`),
)
