// The job that sends an endpoint what it is to hear: one for each endpoint, so that one that is down holds up
// nobody else. Whoever moves a delivery on has it; each may be told more than once, under one id.
import { bodyOf, type Told } from './payload'
import { runBatch } from '../../db/batch'
import type { Context, JobHandlers, OutsideAnswer } from '../base/context'
import { open } from '../base/seal'
import { placeOf } from './endpoints'
import { sendKind } from './send-jobs'
import {
  claimDue,
  type Claimed,
  claimedEvents,
  endpointToSend,
  giveUpDisabled,
  mailOfFailing,
  nextDue,
  noteAnswered,
  noteFailing,
  settleDelivery,
  type ToSend,
} from './sending-statements'
import { signedHeaders } from './signing'

/** Side by side. One alone, while the endpoint does not answer. */
export const mostAtOnce = 10
const deadline = 15_000
/** Who has taken a delivery up has it for so long. */
const leaseTime = 30_000
/** After so long a job begins no further round: one may take its deadline. */
const roundsTime = 8_000
/** An endpoint that does not answer is asked once in so long, but for what is new. */
const pause = 60_000
const mostWait = 24 * 60 * 60_000
/** Without a success for so long, an endpoint is disabled. */
export const failingKept = 5 * 24 * 60 * 60_000

const minute = 60_000
const hour = 60 * minute
/** Waits after the first try, the second …; behind the last of them the try after it is the last one. */
const waits = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour, 24 * hour]

/** By kind of job: who does it. */
export const sendingJobs: JobHandlers = { [sendKind]: sendDue }

async function sendDue(ctx: Context, { endpointId }: { endpointId: number }) {
  const until = ctx.now() + roundsTime
  for (;;) {
    const { endpoint, items, lease } = await takeUp(ctx, endpointId)
    if (!endpoint) return
    const tries = await Promise.all(items.map((item) => send(ctx, endpoint, item)))
    const next = await settle(ctx, endpoint, { items, tries, lease })
    if (next === null) return
    const isDown = items.length > 0 && !tries.some(({ isGood }) => isGood)
    if (isDown) return { again: Math.max(next, ctx.now() + pause) }
    if (next > ctx.now() || ctx.now() >= until || ctx.budget.isSpent()) return { again: next }
  }
}

type Item = Claimed & { told: Told | null }

async function takeUp(ctx: Context, endpointId: number) {
  const now = ctx.now()
  const lease = now + leaseTime
  const { endpoint, claimed, events } = await runBatch(ctx.db, {
    endpoint: endpointToSend({ id: endpointId }),
    claimed: claimDue({ id: endpointId, now, lease, most: mostAtOnce }),
    events: claimedEvents({ id: endpointId, lease }),
  })
  const told = new Map(events.map((event) => [event.id, event]))
  const items = claimed.map((one): Item => ({ ...one, told: told.get(one.eventId) ?? null }))
  return { endpoint, items, lease }
}

// ── One try ──────────────────────────────────────────────────────────────────────────────────────

type Try = { isGood: boolean; isGone: boolean; error: string; ms: number; wait: number }

async function send(
  ctx: Context,
  endpoint: ToSend,
  { told, eventId, attempts }: Item,
): Promise<Try> {
  if (!told) return { isGood: false, isGone: false, error: 'event_gone', ms: 0, wait: 0 }
  const body = bodyOf(told)
  const signed = { id: `evt_${eventId}`, at: ctx.now(), body }
  const answer = await ctx.outside.send({
    url: endpoint.url,
    headers: {
      'content-type': 'application/json',
      ...signedHeaders(await secretsOf(ctx, endpoint), signed),
    },
    body,
    deadline,
  })
  return tryOf(answer, attempts)
}

async function secretsOf(ctx: Context, endpoint: ToSend): Promise<string[]> {
  const { handle, sealedSecret, sealedPrevious, previousUntil } = endpoint
  const isPreviousGood = sealedPrevious !== '' && (previousUntil ?? 0) > ctx.now()
  const sealed = isPreviousGood ? [sealedSecret, sealedPrevious] : [sealedSecret]
  const opened = await Promise.all(sealed.map((one) => open(ctx, placeOf(handle), one)))
  return opened.map((bytes) => new TextDecoder().decode(bytes))
}

function tryOf(answer: OutsideAnswer, attempts: number): Try {
  const { ms } = answer
  const usual = (waits[attempts - 1] ?? 0) * (0.9 + Math.random() * 0.2)
  if (answer.kind !== 'answered') {
    return { isGood: false, isGone: false, error: answer.kind, ms, wait: usual }
  }
  const { status, retryAfter } = answer
  const isGood = status >= 200 && status < 300
  const isAsked = status === 429 || status >= 500
  const asked = isAsked ? Math.min(retryAfter ?? 0, mostWait) : 0
  const error = isGood ? '' : `status_${status}`
  return { isGood, isGone: status === 410, error, ms, wait: Math.max(usual, asked) }
}

// ── What came of it ──────────────────────────────────────────────────────────────────────────────

type Round = { items: readonly Item[]; tries: readonly Try[]; lease: number }

/** Writes down what came of a round; answers when the next delivery is due, or null. */
async function settle(ctx: Context, { id }: ToSend, round: Round): Promise<number | null> {
  const { items, tries, lease } = round
  const now = ctx.now()
  const isAnswered = tries.some(({ isGood }) => isGood)
  const isGone = tries.some(({ isGone }) => isGone)
  const given = { id, now, isGone: Number(isGone), before: now - failingKept }
  const isDown = items.length > 0 && (isGone || !isAnswered)
  const { next } = await runBatch(ctx.db, {
    deliveries: items.map((item, i) => settleDelivery(settled(item, tries[i]!, { now, lease }))),
    answered: isAnswered && !isGone ? noteAnswered({ id, now }) : undefined,
    failing: isDown ? noteFailing(given) : undefined,
    given_up: isDown ? giveUpDisabled({ id }) : undefined,
    mail: isDown ? mailOfFailing({ id, now }) : undefined,
    next: nextDue({ id }),
  })
  return next.dueAt
}

function settled(item: Item, tried: Try, { now, lease }: { now: number; lease: number }) {
  const { isGood, error, ms, wait } = tried
  const isLast = item.attempts > waits.length || item.told === null
  const state = isGood ? 'delivered' : isLast ? 'failed' : 'waiting'
  return {
    id: item.id,
    lease,
    state: state satisfies 'delivered' | 'failed' | 'waiting',
    dueAt: Math.round(now + wait),
    lastError: error,
    lastMs: ms,
    deliveredAt: isGood ? now : null,
  } as const
}
