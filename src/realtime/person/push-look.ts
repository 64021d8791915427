// Sending what is due of a person's pushes: behind a last look at what of it still stands, to each device once.
import { runBatch } from '../../db/batch'
import type { Context } from '../../domain/base/context'
import {
  type LastLook,
  lookBeforePush,
  quietUntil,
  type Reached,
  type Standing,
} from '../../domain/notifications'
import {
  noteOutcome,
  type PushNews,
  type PushOutcome,
  pushWaits,
  saysNothing,
  sendPush,
} from '../../domain/push'
import type { Push, Pushes } from './pushes'
import { textsOf } from './push-texts'

/** So many topics go out in one alarm. */
const perAlarm = 10
/** What the last look could not be asked about waits so long, in milliseconds. */
const blindFor = 30_000
/** A device that takes pushes is written down so often, in milliseconds. */
const notedEvery = 24 * 60 * 60_000
/** A kind that quiet hours do not hold back. */
const atOnce = 'account.security'

/** What is needed of the person. */
type Surroundings = {
  pushes: Pushes
  context: () => Context
  userId: () => number
  /** When a socket last gave a sign of life; null where it is gone, or never did. */
  lastSign: (socketId: string) => number | null
}

/** Sends a person's pushes when they are due. */
export class PushLook {
  constructor(private readonly person: Surroundings) {}

  /** Sends what is due; answers when to come again, or null. Never throws. */
  async look(): Promise<number | null> {
    const { pushes, context } = this.person
    const now = context().now()
    const due = pushes.due(now, perAlarm)
    const unheard = due.filter((push) => !this.#wasHeard(push, now))
    try {
      if (unheard.length > 0) await this.#sendAll(unheard)
    } catch (error) {
      context().report('person.push', error)
      for (const push of unheard) pushes.later(push, now + blindFor, null)
    }
    pushes.sweep(now)
    return pushes.next
  }

  /** A device that was sent it has given a sign of life since: it needs no push. */
  #wasHeard(push: Push, now: number): boolean {
    const { lastSign, pushes } = this.person
    const last = Math.max(...push.sockets.map((id) => lastSign(id) ?? 0), 0)
    if (last > push.since) pushes.drop(push)
    else if (last > push.unheardSince && now < push.since + 45_000) pushes.listenOn(push)
    else return false
    return true
  }

  async #sendAll(due: readonly Push[]): Promise<void> {
    const { context, pushes, userId } = this.person
    const waiting = due.map(({ topic, entry }) => ({ topic, ...entry }))
    const found = await lookBeforePush(context(), userId(), waiting)
    const sends = due.map(async (push) => {
      const standing = found?.standing.find(({ topic }) => topic === push.topic)
      if (!found || !standing) return pushes.drop(push)
      return this.#sendOne(push, found, standing)
    })
    await Promise.all(sends)
  }

  async #sendOne(push: Push, found: LastLook, standing: Standing): Promise<void> {
    const { context, pushes } = this.person
    const ctx = context()
    const quiet = found.quietHours && push.entry.kind !== atOnce
    const until = quiet ? quietUntil(ctx.now(), found.quietHours!) : null
    if (until !== null) return pushes.later(push, until, push.left)
    const targets = found.targets.filter(({ id }) => push.left?.includes(id) ?? true)
    const isFirst = push.left === null
    if (targets.length === 0) return pushes.drop(push)
    if (isFirst && !pushes.spend(ctx.rules.push.limit, ctx.now())) return pushes.drop(push)
    const news = await newsOf(ctx, push, found, standing)
    if (!news) return pushes.drop(push)
    const outcomes = await Promise.all(targets.map((target) => trySending(ctx, target, news)))
    this.#settle(push, targets, outcomes)
    // It has gone out: whatever fails from here on, nobody is pushed to again for it.
    await note(ctx, targets, outcomes).catch((error) => ctx.report('person.push', error))
  }

  #settle(push: Push, targets: readonly Reached[], outcomes: readonly PushOutcome[]): void {
    const { context, pushes } = this.person
    const now = context().now()
    pushes.sent(push, now)
    const left = targets.filter((_target, i) => outcomes[i]!.result === 'later')
    const usual = pushWaits[push.attempts]
    if (left.length === 0 || usual === undefined) return
    const waits = outcomes.flatMap((one) => (one.result === 'later' ? [one.wait ?? usual] : []))
    const at = now + Math.min(...waits)
    const isOver = at >= push.since + push.entry.ttl * 1000
    const ids = left.map(({ id }) => id)
    if (!isOver) pushes.later(push, at, ids)
  }
}

/** It never went out, because of us: its row says nothing of it, as a device that fails for a week is deleted. */
const ourFault: PushOutcome = { result: 'failed', error: 'fault' }

async function trySending(ctx: Context, target: Reached, news: PushNews): Promise<PushOutcome> {
  try {
    return await sendPush(ctx, target, news)
  } catch (error) {
    ctx.report('person.push', error)
    return ourFault
  }
}

/** Writes down what its rows do not say already. */
async function note(
  ctx: Context,
  targets: readonly Reached[],
  outcomes: readonly PushOutcome[],
): Promise<void> {
  const fresh = ctx.now() - notedEvery
  const noted = targets.flatMap(({ id, okAt, failingSince }, i) => {
    const outcome = outcomes[i]!
    const isKnown = outcome.result === 'accepted' && failingSince === null && (okAt ?? 0) > fresh
    return isKnown || outcome === ourFault ? [] : noteOutcome(ctx, id, outcome)
  })
  if (noted.length > 0) await runBatch(ctx.db, { noted })
}

// ── What it says ─────────────────────────────────────────────────────────────────────────────────

async function newsOf(
  ctx: Context,
  { topic, entry }: Push,
  { badge, showText }: LastLook,
  standing: Standing,
): Promise<PushNews | null> {
  const { kind, data, urgency, ttl, seq, notificationId } = entry
  const { actorName: actor, title } = standing
  const text = showText ? await textOfMessage(ctx, entry, standing) : null
  const texts = textsOf(kind, ctx.rules.push.appName, { actor, title, text, data })
  if (!texts) return null
  const nothing = saysNothing(ctx)
  const words = showText ? texts : { words: nothing, bare: nothing }
  const facts = {
    ...plainOf(data),
    seq,
    ...(notificationId ? { notification_id: notificationId } : {}),
  }
  const { id } = texts
  return { kind, id, words: words.words, bare: words.bare, badge, data: facts, topic, urgency, ttl }
}

const plainOf = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(data).filter(
      (pair): pair is [string, string | number] =>
        typeof pair[1] === 'string' || typeof pair[1] === 'number',
    ),
  )

/** A message as its room has it today; null where that cannot be said. */
async function textOfMessage(
  ctx: Context,
  { data }: Push['entry'],
  { conversation }: Standing,
): Promise<string | null> {
  const id = data['message_id']
  if (typeof id !== 'number' || !conversation || ctx.rules.push.text === 'none') return null
  try {
    const [message] = await ctx.rooms.history(conversation, { before: id + 1, limit: 1 })
    if (message?.id !== id) return null
    return message.text === '' ? 'Sent a picture.' : message.text
  } catch (error) {
    ctx.report('person.push', error)
    return null
  }
}
