// The list of one's conversations, and how one begins.
import { computed } from '@preact/signals'
import type { components, DataOf } from 'kith-client'
import { kith } from './client'
import { user } from './device'
import { resource, useResource } from './resource'

type Conversation = DataOf<'/conversations', 'get'>[number]
/** A person as contract C shows one. */
export type Person = components['schemas']['PersonRecord']
/** A conversation with the other one of its two people. */
export type ConversationItem = Conversation & { other: Person }

export const conversationsKey = 'conversations'

/** Whoever of a conversation's people one is not. */
export function otherOf({ initiator, receiver }: { initiator: Person; receiver: Person }): Person {
  return initiator.username === user.value?.username ? receiver : initiator
}

async function load(): Promise<ConversationItem[]> {
  const params = { query: { limit: 50 } }
  const page = await kith.GET('/conversations', { params })
  return page.map((one) => ({ ...one, other: otherOf(one) }))
}

/** One's conversations, the newest activity first: the first 50. */
export const useConversations = () => useResource(conversationsKey, load)

/** All further ones. */
export async function olderConversations(): Promise<ConversationItem[]> {
  const all: ConversationItem[] = []
  for await (const page of kith.pages('/conversations')) {
    all.push(...page.map((one) => ({ ...one, other: otherOf(one) })))
  }
  return all
}

/** How many messages wait, in all that is known. */
export const unreadCount = computed(() => {
  const all = resource(conversationsKey, load).data.value ?? []
  return all.reduce((sum, one) => sum + one.unread, 0)
})

/** The conversation with somebody, made where there is none. @throws `KithError` */
export async function startConversation(username: string): Promise<number> {
  const started = await kith.POST('/conversations/start', { body: { username } })
  return started.conversation_id
}
