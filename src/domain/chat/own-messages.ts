// What somebody wrote in their conversations, out of the rooms: for the export.
import { accountOf } from '../accounts'
import type { Caller } from '../base/actor'
import type { Context, Conversed } from '../base/context'
import { conversedOf, type ConversedRow } from './conversations'

/** Rooms that are asked at the same time, and messages that each is asked for at a time. */
const roomsAtOnce = 6
const messagesAtOnce = 500

type OwnMessage = { id: number; text: string; attachment: string | null; sentAt: number }
type Complete = Omit<ConversedRow, 'room'> & { messages: OwnMessage[] }

/** Each conversation with what the person wrote in it, oldest first: the rest is the other's. */
export async function withOwnMessages(
  ctx: Context,
  caller: Caller,
  { conversations }: { conversations: ConversedRow[] },
): Promise<{ conversations: Complete[] }> {
  const author = accountOf(caller)
  const complete: Complete[] = []
  for (let at = 0; at < conversations.length; at += roomsAtOnce) {
    const some = conversations.slice(at, at + roomsAtOnce).map(async ({ room, ...row }) => ({
      ...row,
      messages: await ownMessages(ctx, conversedOf({ ...row, room }), author),
    }))
    for (const conversation of await Promise.all(some)) complete.push(conversation)
  }
  return { conversations: complete }
}

async function ownMessages(ctx: Context, conversation: Conversed, author: number | null) {
  const found: OwnMessage[] = []
  for (let before: number | null = null; ;) {
    const page = await ctx.rooms.history(conversation, { before, limit: messagesAtOnce })
    const mine = page.filter(({ senderId }) => senderId === author)
    found.push(
      ...mine.map(({ id, text, attachment, sentAt }) => ({ id, text, attachment, sentAt })),
    )
    const last = page.at(-1)
    if (!last || page.length < messagesAtOnce) return found.toReversed()
    before = last.id
  }
}
