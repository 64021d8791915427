// What the database must know of a room, and the others of a message: told by the room's alarm out of its
// outbox, until all know.
import type { Context, Item, Named } from '../../domain/base/context'
import { feedConversation, membersOf, messageCreated, type Told } from '../../domain/chat'
import { pushOf } from '../../domain/notifications'
import { backoff } from '../backoff'
import type { Connections } from './connections'
import type { MemberNames } from './names'
import type { RoomStore } from './store'

/** How long the database may be behind a room, in milliseconds: what comes together is told together. */
export const feedLag = 250

/** How long a database, or a person's object, that failed is left alone, in milliseconds. */
const waits = { first: 500, most: 60_000 }

/** Whose object could not be called for so long hears nothing of a message, in milliseconds. */
const tellFor = 24 * 60 * 60_000

/** What is needed of the room. */
type Parts = { store: RoomStore; names: MemberNames; connections: Connections }

/** Somebody's newest message of others that they were not told of, and what is unread. */
type News = { userId: number; unread: number; message: ReturnType<RoomStore['newestOfOthers']> }

/** Tells the database, and the members' other devices, what is due. A failure postpones it. Never throws. */
export async function feedDatabase(ctx: Context, conversation: Named, parts: Parts): Promise<void> {
  const { store } = parts
  const behind = store.outbox
  if (!behind || behind.dueAt > ctx.now()) return
  const later = () => store.postpone(ctx.now() + Math.ceil(backoff(waits, behind.attempts)))
  try {
    // A room that nobody has joined yet does not know whose it is.
    if (store.members.length === 0) await enterMembers(ctx, conversation, store)
    const { version, toldUpTo } = store.outbox ?? behind
    const lastMessage = store.newest ?? null
    const members = store.members
    const news = newsSince(store, toldUpTo)
    const isTooLate = (store.after(toldUpTo, 1)[0]?.sentAt ?? Infinity) <= ctx.now() - tellFor
    const there = await feedConversation(ctx, { conversation, lastMessage, members })
    const areTold = await tellMembers(ctx, conversation, parts, news, there)
    if (!areTold && !isTooLate) return later()
    store.caughtUp(version, lastMessage?.id ?? 0, ctx.now() + feedLag)
  } catch (error) {
    ctx.report('room.feed', error)
    later()
  }
}

function newsSince(store: RoomStore, toldUpTo: number): News[] {
  return store.members.map(({ userId, unread }) => {
    return { userId, unread, message: store.newestOfOthers(userId, toldUpTo) }
  })
}

/** Whether all have heard who are to hear of it; who has already is not told twice. */
async function tellMembers(
  ctx: Context,
  conversation: Named,
  { names, connections }: Parts,
  news: readonly News[],
  there: readonly Told[],
): Promise<boolean> {
  names.learn(there.map(({ id, username }) => ({ userId: id, username })))
  const here = connections.hereAt(ctx.now())
  const calls = news.map(async ({ userId, unread, message }) => {
    const person = there.find(({ id }) => id === userId)
    if (!message || !person || isInVain(person, here.has(userId))) return true
    const shown = { unread, message, senderName: names.of(message.senderId) }
    const push = person.isPushWanted ? pushOfMessage(ctx, conversation, userId) : undefined
    const item = itemOf(conversation, shown)
    const more = here.has(userId) ? { here: true as const } : push ? { push } : {}
    return tellMember(ctx, person, { ...item, ...more })
  })
  return (await Promise.all(calls)).every(Boolean)
}

/** Nothing is to come of a call. */
const isInVain = ({ isAway, isPushWanted }: Told, isHere: boolean) =>
  isAway === 1 && (isHere || !isPushWanted)

const pushOfMessage = (ctx: Context, { id }: Named, userId: number) =>
  pushOf(ctx, { userId, kind: messageCreated.kind, group: `conversation:${id}` })

/** A message as a member's object hears of it: of what is written, ids alone are kept there. */
function itemOf({ id }: Named, shown: NonNullable<Item['shown']>): Item {
  const { message, senderName } = shown
  const { senderId } = message
  return {
    key: `m${id}:${message.id}`,
    kind: messageCreated.kind,
    at: message.sentAt,
    ...(senderId === 0 ? {} : { actor: { id: senderId, name: senderName } }),
    data: { conversation_id: id, message_id: message.id },
    shown,
  }
}

async function tellMember(ctx: Context, { id, name }: Named, item: Item): Promise<boolean> {
  try {
    await ctx.people.deliver({ id, name }, [item])
    return true
  } catch (error) {
    ctx.report('people.deliver', error)
    return false
  }
}

async function enterMembers(ctx: Context, conversation: Named, store: RoomStore): Promise<void> {
  const members = await membersOf(ctx, conversation)
  store.enter(members.map(({ userId }) => userId))
}
