// The names of the objects of the tests' people and conversations, noted when these are made.
import { objectName } from '../../src/domain/base/object-names'
import type { Conversed, Named } from '../../src/domain/base/context'
import { database } from './database'

const people = new Map<number, Named>()
const conversations = new Map<number, Conversed>()

/** Notes the name of a person's object. */
export async function notePerson(id: number): Promise<void> {
  const row = await database.prepare('select object from users where id = ?').bind(id).first()
  people.set(id, { id, name: row!['object'] as string })
}

/** Notes the name of a conversation's room, and whose it is. */
export async function noteConversation(id: number): Promise<void> {
  const row = await database
    .prepare('select room, initiator_id as a, receiver_id as b from conversations where id = ?')
    .bind(id)
    .first<{ room: string; a: number; b: number }>()
  const { room, a, b } = row!
  conversations.set(id, { id, name: room, members: [a, b] })
}

/** A person as the ports take one. One that was written by SQL has an object by the name of its id. */
export const named = (id: number): Named => people.get(id) ?? { id, name: '' }

/** A conversation as the ports take one. */
export const conversed = (id: number): Conversed => conversations.get(id)!

export const personName = (id: number): string => objectName(named(id))
export const roomName = (id: number): string => conversations.get(id)?.name || String(id)
