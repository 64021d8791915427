// What the database must know of a room: told by the room's alarm out of its outbox, until it knows.
import type { Context, Named } from '../domain/base/context'
import { feedConversation, membersOf } from '../domain/chat/inbox'
import { backoff } from './backoff'
import type { RoomStore } from './room-store'

/** How long the database may be behind a room, in milliseconds: what comes together is told together. */
export const feedLag = 250

/** How long a database that failed is left alone, in milliseconds. */
const waits = { first: 500, most: 60_000 }

/** Tells the database, and the members' other devices, what is due. A failure postpones it. Never throws. */
export async function feedDatabase(
  ctx: Context,
  conversation: Named,
  store: RoomStore,
  nameOf: (userId: number) => string,
): Promise<void> {
  const behind = store.outbox
  if (!behind || behind.dueAt > ctx.now()) return
  try {
    // A room that nobody has joined yet does not know whose it is.
    if (store.members.length === 0) store.enter(await membersOf(ctx, conversation))
    const { version, toldUpTo } = store.outbox ?? behind
    const lastMessage = store.newest ?? null
    const members = store.members
    const news = members.map(({ userId, unread }) => {
      return { userId, unread, message: store.newestOfOthers(userId, toldUpTo) }
    })
    const there = await feedConversation(ctx, { conversation, lastMessage, members })
    store.caughtUp(version, lastMessage?.id ?? 0, ctx.now() + feedLag)
    await Promise.all(
      news.map(async ({ userId, unread, message }) => {
        const person = there.find(({ id }) => id === userId)
        if (!message || !person) return
        const senderName = nameOf(message.senderId)
        const about = { type: 'message', conversationId: conversation.id } as const
        await ctx.people.notify(person, { ...about, unread, message, senderName })
      }),
    )
  } catch (error) {
    ctx.report('room.feed', error)
    store.postpone(ctx.now() + Math.ceil(backoff(waits, behind.attempts)))
  }
}
