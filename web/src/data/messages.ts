// The one shape that a message has in the app, made of the histories and frames of contract C; and the
// messages that this device keeps.
import type { Message } from 'kith-client'
import { picturePath } from './client'
import { type OutgoingMessage, type StoredMessage, withStore } from './store'

export type { OutgoingMessage, StoredMessage }

/** So many messages of a conversation are kept, and of so many conversations. */
const keptMessages = 200
const keptConversations = 30

/** A message of the service's as the app keeps it. */
export function messageOf(conversation: number, message: Message): StoredMessage {
  return {
    conversation,
    seq: message.id,
    text: message.text,
    picture: picturePath(message.attachment),
    sender: message.sender,
    senderName: message.realSender,
    at: message.timestamp,
    isSystem: message.kind === 'system',
  }
}

/** The newest kept messages of a conversation, oldest first. */
export async function keptOf(conversation: number): Promise<StoredMessage[]> {
  const found = await withStore((db) =>
    db.getAllFromIndex('messages', 'byConversation', conversation),
  )
  return (found ?? []).toSorted((one, other) => one.seq - other.seq)
}

/** Whether anything was ever kept of a conversation, be it that there were no messages. */
export async function isKept(conversation: number): Promise<boolean> {
  return ((await withStore((db) => db.get('opened', conversation))) ?? null) !== null
}

/**
 * Keeps a conversation's newest messages in place of what was kept of it, and with it lets go of an outgoing
 * one that is among them: both or neither.
 */
export async function keep(
  conversation: number,
  messages: readonly StoredMessage[],
  acknowledged?: string,
): Promise<void> {
  await withStore(async (db) => {
    const transaction = db.transaction(['messages', 'opened', 'outbox'], 'readwrite')
    const kept = transaction.objectStore('messages')
    const newest = messages.slice(-keptMessages)
    const before = IDBKeyRange.bound([conversation, 0], [conversation, (newest[0]?.seq ?? 1) - 1])
    await kept.delete(before)
    for (const message of newest) void kept.put(message)
    void transaction.objectStore('opened').put({ conversation, at: Date.now() })
    if (acknowledged !== undefined) void transaction.objectStore('outbox').delete(acknowledged)
    await transaction.done
  })
  await dropOldest()
}

async function dropOldest(): Promise<void> {
  await withStore(async (db) => {
    const all = (await db.getAll('opened')).toSorted((one, other) => other.at - one.at)
    for (const { conversation } of all.slice(keptConversations))
      await dropConversation(conversation)
  })
}

/** Forgets what is kept of a conversation. */
export async function dropConversation(conversation: number): Promise<void> {
  await withStore(async (db) => {
    await db.delete('messages', IDBKeyRange.bound([conversation, 0], [conversation, Infinity]))
    await db.delete('opened', conversation)
  })
}

// ── What is on its way ───────────────────────────────────────────────────────────────────────────

/** All that lies in the outbox, of one conversation or of all, in the order of time. */
export async function outgoing(conversation?: number): Promise<OutgoingMessage[]> {
  const all = (await withStore((db) => db.getAll('outbox'))) ?? []
  return all
    .filter((one) => conversation === undefined || one.conversation === conversation)
    .toSorted((one, other) => one.at - other.at)
}

/** Puts a message into the outbox: before it is sent. */
export const putOutgoing = (message: OutgoingMessage) =>
  withStore((db) => db.put('outbox', message))

/** Takes a message out of the outbox without sending it. */
export const dropOutgoing = (clientId: string) => withStore((db) => db.delete('outbox', clientId))

// ── Drafts ───────────────────────────────────────────────────────────────────────────────────────

/** What was typed at a place and not sent. */
export async function draftOf(key: string): Promise<string> {
  return (await withStore((db) => db.get('drafts', key)))?.text ?? ''
}

/** Keeps what is typed; nothing is kept of an empty text. */
export async function putDraft(key: string, text: string): Promise<void> {
  await withStore(async (db) => {
    if (text === '') await db.delete('drafts', key)
    else await db.put('drafts', { key, text, at: Date.now() })
  })
}
