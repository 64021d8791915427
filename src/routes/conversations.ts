// /conversations/…: contract C's private chats. The live side is at /ws/chat/<id>/.
import { Hono } from 'hono'
import * as z from 'zod'
import { integer, optional, text } from '../domain/fields'
import {
  type Conversation,
  getConversation,
  listConversations,
  type Message,
} from '../domain/inbox'
import { startConversation } from '../domain/starting'
import { activityCursor } from '../domain/time-fields'
import { answers } from '../wire/answers'
import type { AppEnv } from '../wire/app-env'
import { body } from '../wire/body'
import { signedIn } from '../wire/credentials'
import { detail, errorsIn, inMessage } from '../wire/dialects'
import { chatPicturePath } from '../wire/media-paths'
import { listed, ownListMax, query, upTo } from '../wire/paging'
import { integerId } from '../wire/paths'
import { personRecordView } from '../wire/person-record'
import { isoTime } from '../wire/times'

export const conversations = new Hono<AppEnv>()
conversations.onError(errorsIn(detail))

const Start = z.object({ username: text({ max: 150 }) })

const startAnswers = answers({
  'conversation.with_oneself': inMessage,
  'conversation.with_nobody': inMessage,
  'conversation.not_connected': inMessage,
})

conversations.post('/conversations/start', signedIn, startAnswers, body(Start), async (c) => {
  const { username } = c.req.valid('json')
  const started = await startConversation(c.get('context'), c.get('caller'), username)
  return c.json(
    {
      conversation_id: started.id,
      initiator: personRecordView(started.initiator),
      receiver: personRecordView(started.receiver),
    },
    started.isNew ? 201 : 200,
  )
})

const inboxQuery = query(
  z.object({
    limit: upTo(ownListMax),
    cursor: optional(activityCursor).transform((cursor) => cursor ?? null),
  }),
)

conversations.get('/conversations', signedIn, inboxQuery, async (c) => {
  const page = await listConversations(c.get('context'), c.get('caller'), c.req.valid('query'))
  const { next } = page
  const cursor = next && `${next.activeAt}-${next.id}`
  return c.json(listed(c, { ...page, next: cursor }).map(conversationView))
})

const messagesQuery = query(
  z.object({
    before: optional(integer({ min: 1 })).transform((before) => before ?? null),
    limit: upTo(500, 50),
  }),
)

const missing = answers({ 'conversation.missing': inMessage })

conversations.get('/conversations/:id', signedIn, missing, messagesQuery, async (c) => {
  const id = integerId(c.req.param('id'))
  const page = c.req.valid('query')
  const conversation = await getConversation(c.get('context'), c.get('caller'), id, page)
  const { conversation_id, initiator, receiver, unread } = conversationView(conversation)
  const message_set = conversation.messages.map(messageView)
  return c.json({ conversation_id, initiator, receiver, unread, message_set })
})

function conversationView(conversation: Conversation) {
  const { lastMessage } = conversation
  return {
    conversation_id: conversation.id,
    initiator: personRecordView(conversation.initiator),
    receiver: personRecordView(conversation.receiver),
    last_message: lastMessage && messageView(lastMessage),
    unread: conversation.unread,
  }
}

/** A message in a history or a list; its live frame has the sender's `client_id` beside it. */
function messageView(message: Message) {
  return {
    id: message.id,
    text: message.text,
    attachment: message.attachment === null ? null : chatPicturePath(message.attachment),
    timestamp: isoTime(message.sentAt),
    sender: message.senderId || null,
    realSender: message.senderName,
    kind: message.kind,
  }
}
