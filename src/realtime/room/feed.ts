// What the database must know of a room: told by the room's alarm out of its outbox, until it knows.
import type { Context, Item, Named } from '../../domain/base/context'
import { feedConversation, membersOf, messageCreated } from '../../domain/chat'
import { backoff } from '../backoff'
import type { MemberNames } from './names'
import type { RoomStore } from './store'

/** How long the database may be behind a room, in milliseconds: what comes together is told together. */
export const feedLag = 250

/** How long a database that failed is left alone, in milliseconds. */
const waits = { first: 500, most: 60_000 }

/** Tells the database, and the members' other devices, what is due. A failure postpones it. Never throws. */
export async function feedDatabase(
  ctx: Context,
  conversation: Named,
  store: RoomStore,
  names: MemberNames,
): Promise<void> {
  const behind = store.outbox
  if (!behind || behind.dueAt > ctx.now()) return
  try {
    // A room that nobody has joined yet does not know whose it is.
    if (store.members.length === 0) await enterMembers(ctx, conversation, store)
    const { version, toldUpTo } = store.outbox ?? behind
    const lastMessage = store.newest ?? null
    const members = store.members
    const news = members.map(({ userId, unread }) => {
      return { userId, unread, message: store.newestOfOthers(userId, toldUpTo) }
    })
    const there = await feedConversation(ctx, { conversation, lastMessage, members })
    names.learn(there.map(({ id, username }) => ({ userId: id, username })))
    store.caughtUp(version, lastMessage?.id ?? 0, ctx.now() + feedLag)
    await Promise.all(
      news.map(async ({ userId, unread, message }) => {
        const person = there.find(({ id }) => id === userId)
        if (!message || !person) return
        const senderName = names.of(message.senderId)
        await tellMember(ctx, person, itemOf(conversation, { unread, message, senderName }))
      }),
    )
  } catch (error) {
    ctx.report('room.feed', error)
    store.postpone(ctx.now() + Math.ceil(backoff(waits, behind.attempts)))
  }
}

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

async function tellMember(ctx: Context, person: Named, item: Item): Promise<void> {
  try {
    await ctx.people.deliver(person, [item])
  } catch (error) {
    ctx.report('people.deliver', error)
  }
}

async function enterMembers(ctx: Context, conversation: Named, store: RoomStore): Promise<void> {
  const members = await membersOf(ctx, conversation)
  store.enter(members.map(({ userId }) => userId))
}
