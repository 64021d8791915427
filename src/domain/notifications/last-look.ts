// The last look before a push: what of it is still there, still new and still wanted, and where it goes. One
// batch; what has ended since, was read elsewhere or is switched off is not in what it answers.
import { type SQL, sql } from 'drizzle-orm'
import {
  conversationMembers,
  conversations,
  notifications,
  notificationSettings,
  plans,
  pushTargets,
  users,
} from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { of, under } from '../../db/names'
import type { Context, Conversed, Item } from '../base/context'
import { conversedOf, isUnmuted } from '../chat'
import { isOn } from '../people'
import { isOfGoodSession, type PushTarget } from '../push'
import { countsOf, toCounts } from './feed'
import type { QuietHours } from './preferences'
import { noticeIsThereFor } from './visible'

/** A push that waits: of its `topic`, ids and codes of the newest event. */
export type Waiting = Pick<Item, 'kind' | 'data' | 'notificationId'> & {
  topic: string
  actorId?: number
}

/** That it may go: who did it by today's name, the title of its plan, the conversation of its message. */
export type Standing = {
  topic: string
  actorName: string | null
  title: string | null
  conversation: Conversed | null
}

/** A device, and what its row says of pushes before: `okAt` in milliseconds. */
export type Reached = PushTarget & { okAt: number | null; failingSince: number | null }

/** What the last look finds; null where the account is not there any more. */
export type LastLook = {
  showText: boolean
  quietHours: QuietHours | null
  badge: number
  standing: Standing[]
  targets: Reached[]
}

/** What of some pushes that wait for somebody may go out now. One round trip. */
export async function lookBeforePush(
  ctx: Context,
  userId: number,
  waiting: readonly Waiting[],
): Promise<LastLook | null> {
  const now = ctx.now()
  const viewer = { userId, sessionId: '', tokenHash: null }
  const { person, counts, standing, targets } = await runBatch(ctx.db, {
    person: personOf({ id: userId }),
    counts: countsOf({ caller: viewer, now }),
    standing: stillStanding({ viewer: userId, asked: JSON.stringify(waiting.map(asAsked)), now }),
    targets: goodTargets({ userId, now }),
  })
  if (!person) return null
  const { quietFrom: from, quietTo: to, timezone, showText } = person
  return {
    showText: showText !== 0,
    quietHours: from === null || to === null ? null : { from, to, timezone: timezone ?? '' },
    badge: toCounts(counts).badge,
    standing: standing.map(toStanding),
    targets,
  }
}

function asAsked({ topic, kind, actorId, notificationId, data }: Waiting) {
  const { request_id, plan_id, conversation_id, message_id } = data
  const about = { request_id, plan_id, conversation_id, message_id }
  return { topic, kind, actor: actorId, line: notificationId, data: about }
}

type StandingRow = Omit<Standing, 'conversation'> & {
  id: number | null
  room: string
  initiatorId: number
  receiverId: number
}

function toStanding({ topic, actorName, title, id, ...room }: StandingRow): Standing {
  const conversation = id === null ? null : conversedOf({ id, ...room })
  return { topic, actorName, title, conversation }
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const personOf = maybeRow({ id: users.id }, (p) =>
  q.all<{
    quietFrom: number | null
    quietTo: number | null
    timezone: string | null
    showText: 0 | 1 | null
  }>(sql`select ${of(notificationSettings.quietFrom)} as quietFrom,
      ${of(notificationSettings.quietTo)} as quietTo, ${of(notificationSettings.timezone)} as timezone,
      ${of(notificationSettings.showText)} as showText
    from ${users} left join ${notificationSettings} on ${of(notificationSettings.userId)} = ${of(users.id)}
    where ${of(users.id)} = ${p.id} and ${of(users.isActive)} = 1`),
)

const goodTargets = statement({ userId: pushTargets.userId, now: value<number>() }, (p) =>
  q
    .select({
      id: pushTargets.id,
      addressHash: pushTargets.addressHash,
      sealed: pushTargets.sealed,
      keyId: pushTargets.keyId,
      okAt: pushTargets.okAt,
      failingSince: pushTargets.failingSince,
    })
    .from(pushTargets)
    .where(sql`${of(pushTargets.userId)} = ${p.userId} and ${isOfGoodSession(p.now)}`),
)

const viewer = { id: under('viewer', users.id), isActive: under('viewer', users.isActive) }
const part = (name: string) => sql.raw(`json_extract(asked.value, '$.${name}')`)
const about = (name: string) => sql.raw(`json_extract(waiting.data, '$.${name}')`)
const kind = sql.raw('waiting.kind')

/** Its line is neither seen nor read nor removed; without one nobody can say. */
const isUnseen = sql`(waiting.line is null or exists (select 1 from ${notifications}
  where ${of(notifications.id)} = waiting.line and ${of(notifications.userId)} = ${viewer.id}
    and ${of(notifications.readAt)} is null and ${of(notifications.removedAt)} is null
    and ${of(notifications.position)} > coalesce((select ${of(notificationSettings.seenUpTo)}
      from ${notificationSettings} where ${of(notificationSettings.userId)} = ${viewer.id}), 0)))`

/** Nothing of a message, or it is unread in a conversation that is not muted. */
const isUnread = (now: SQL) => sql`(${about('message_id')} is null
  or (${of(conversationMembers.unread)} > 0 and ${of(conversationMembers.readUpTo)} < ${about('message_id')}
    and ${isUnmuted(now)}))`

const stillStanding = statement(
  { viewer: users.id, asked: value<string>(), now: value<number>() },
  (p) =>
    q.all<StandingRow>(sql`select waiting.topic as topic,
      ${under('actor', users.username)} as actorName, ${of(plans.title)} as title,
      ${of(conversations.id)} as id, ${of(conversations.room)} as room,
      ${of(conversations.initiatorId)} as initiatorId, ${of(conversations.receiverId)} as receiverId
    from (select ${part('topic')} as topic, ${part('kind')} as kind, ${part('actor')} as actor_id,
        ${part('line')} as line, ${part('data')} as data
      from json_each(${p.asked}) as asked) as waiting
      join ${users} as viewer on ${viewer.id} = ${p.viewer} and ${viewer.isActive} = 1
      left join ${users} as actor on ${under('actor', users.id)} = waiting.actor_id
      left join ${plans} on ${of(plans.id)} = ${about('plan_id')}
      left join ${conversations} on ${of(conversations.id)} = ${about('conversation_id')}
      left join ${conversationMembers} on ${of(conversationMembers.conversationId)} = ${of(conversations.id)}
        and ${of(conversationMembers.userId)} = ${viewer.id}
    where ${isOn(viewer.id, sql`${kind} || '.push'`)} and ${isUnseen} and ${isUnread(p.now)}
      and ${noticeIsThereFor(viewer.id, {
        kind,
        actorId: sql.raw('waiting.actor_id'),
        data: sql.raw('waiting.data'),
      })}`),
)
