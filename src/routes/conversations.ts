// /conversations/…: contract C's private chats. The live side is at /ws/chat/<id>/.
import { Hono } from 'hono'
import * as z from 'zod'
import { integer, optional, text } from '../domain/base/fields'
import {
  type Conversation,
  getConversation,
  listConversations,
  startConversation,
  type Started,
} from '../domain/chat'
import { textCursors } from '../domain/base/paging'
import { activityCursor } from '../domain/base/fields/times'
import { answers } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { ChatMessage, chatMessageView } from '../wire/shapes/chat-message'
import { signedIn } from '../wire/pipeline/credentials'
import { inMessage } from '../wire/errors/dialects'
import { endpoint } from '../wire/describe/notes'
import { fitting, jsonText, listText, ownListMax, query, sayNext, upTo } from '../wire/input/paging'
import { integerId } from '../wire/input/paths'
import { PersonRecord, personRecordView } from '../wire/shapes/person-record'

export const conversations = new Hono<AppEnv>()

/** Who talks in which conversation. */
const StartedRecord = z.object({
  conversation_id: z.int(),
  initiator: PersonRecord,
  receiver: PersonRecord,
})

/** A conversation in the list. */
const ConversationRecord = StartedRecord.extend({
  last_message: ChatMessage.nullable(),
  unread: z.int().meta({ description: 'How many messages the caller has not read.' }),
}).meta({ id: 'Conversation' })

const History = ConversationRecord.omit({ last_message: true }).extend({
  message_set: z.array(ChatMessage).meta({ description: 'Newest first.' }),
})

const Start = z.object({ username: text({ max: 150 }) })

const startAnswers = answers({
  'conversation.with_oneself': inMessage,
  'conversation.with_nobody': inMessage,
  'conversation.not_connected': inMessage,
})

conversations.post(
  '/conversations/start',
  endpoint({
    tags: ['C'],
    summary: 'Start a conversation with somebody who is connected',
    description:
      'One that exists between the two, whoever started it, is answered with 200 whether the other is connected or not; a closed one is open again afterwards.',
    answers: { 200: StartedRecord, 201: StartedRecord },
    errors: ['conversation.with_oneself', 'conversation.with_nobody', 'conversation.not_connected'],
    examples: [{ username: 'manoli' }],
  }),
  signedIn,
  startAnswers,
  body(Start),
  async (c) => {
    const { username } = c.req.valid('json')
    const started = await startConversation(c.get('context'), c.get('caller'), username)
    return c.json(startedView(started), started.isNew ? 201 : 200)
  },
)

const inboxQuery = query(
  z.object({
    limit: upTo(ownListMax),
    cursor: optional(activityCursor).transform((cursor) => cursor ?? null),
  }),
)

conversations.get(
  '/conversations',
  endpoint({
    tags: ['C'],
    summary: 'One’s conversations, the newest activity first',
    answers: { 200: z.array(ConversationRecord) },
  }),
  signedIn,
  inboxQuery,
  async (c) => {
    const page = await listConversations(c.get('context'), c.get('caller'), c.req.valid('query'))
    const paged = textCursors(page, ({ activeAt, id }) => `${activeAt}-${id}`)
    return jsonText(c, listText(c, paged, conversationView))
  },
)

const messagesQuery = query(
  z.object({
    before: optional(integer({ min: 1 })).transform((before) => before ?? null),
    limit: upTo(500, 50),
  }),
)

const missing = answers({ 'conversation.missing': inMessage })

conversations.get(
  '/conversations/:id',
  endpoint({
    tags: ['C'],
    summary: 'One conversation with its messages',
    description:
      'The newest 50 messages, or up to 500 by `limit`; older ones with `before`, the id of a message. Reading them here does not lower `unread`: a `read` frame on the live socket does.',
    answers: { 200: History },
    errors: ['conversation.missing'],
  }),
  signedIn,
  missing,
  messagesQuery,
  async (c) => {
    const id = integerId(c.req.param('id'))
    const page = c.req.valid('query')
    const conversation = await getConversation(c.get('context'), c.get('caller'), id, page)
    return c.json(historyView(c, conversation))
  },
)

function startedView(
  conversation: Pick<Started, 'id' | 'initiator' | 'receiver'>,
): z.output<typeof StartedRecord> {
  return {
    conversation_id: conversation.id,
    initiator: personRecordView(conversation.initiator),
    receiver: personRecordView(conversation.receiver),
  }
}

function conversationView(conversation: Conversation): z.output<typeof ConversationRecord> {
  const { lastMessage, unread } = conversation
  return {
    ...startedView(conversation),
    last_message: lastMessage && chatMessageView(lastMessage),
    unread,
  }
}

function historyView(
  c: AppContext,
  conversation: Awaited<ReturnType<typeof getConversation>>,
): z.output<typeof History> {
  const { messages, unread } = conversation
  const shown = fitting(messages, chatMessageView)
  // Ids count from 1 without a gap.
  const last = shown.at(-1)?.id ?? 1
  if (last > 1) sayNext(c, 'before', last)
  return { ...startedView(conversation), unread, message_set: shown }
}
