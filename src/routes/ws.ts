// /ws/…: live sockets, and tickets for browsers that open them. The frames are in docs/contract.md.
import { Hono } from 'hono'
import * as z from 'zod'
import { issueTicket } from '../domain/accounts'
import { joinConversation, joinOwnEvents } from '../domain/chat'
import { boolean, integer, optional, place } from '../domain/base/fields'
import { answers } from '../wire/errors/answers'
import type { AppEnv } from '../wire/pipeline/app-env'
import { signedIn } from '../wire/pipeline/credentials'
import { inMessage } from '../wire/errors/dialects'
import { endpoint } from '../wire/describe/notes'
import { query } from '../wire/input/paging'
import { integerId } from '../wire/input/paths'
import { DetailText } from '../wire/shapes/common'
import { signedInForSocket, webSocketOnly } from '../wire/shapes/sockets'

export const ws = new Hono<AppEnv>()

ws.post(
  '/ws/ticket',
  endpoint({
    tags: ['live'],
    summary: 'A ticket for a socket: good once, for 30 seconds',
    answers: { 201: z.object({ ticket: z.string() }) },
  }),
  signedIn,
  async (c) => {
    const ticket = await issueTicket(c.get('context'), c.get('caller'))
    return c.json({ ticket }, 201)
  },
)

const missing = answers({ 'conversation.missing': inMessage })

const wishes = query(
  z.object({
    after: optional(integer({ min: 0 })).transform((after) => after ?? null),
    // Whatever is no yes is as without it.
    events: optional(boolean)
      .catch(false)
      .transform((events) => events ?? false),
  }),
)

const forChat = signedInForSocket({ token: true })

const upgraded = {
  101: { description: 'The socket is open; its frames are in `/asyncapi.json`.' },
  426: DetailText,
}

const anyCredential = ['bearer', 'opaqueToken', 'bareToken', 'accessCookie', 'ticket'] as const

ws.get(
  '/ws/chat/:id',
  endpoint({
    tags: ['live'],
    summary: 'Join a conversation',
    description:
      '`after` replays what came later than that message, in order, before anything new; `events` asks for read marks and typing as well.',
    answers: upgraded,
    errors: ['conversation.missing'],
    security: [...anyCredential, 'tokenInUrl'],
  }),
  webSocketOnly,
  forChat,
  missing,
  wishes,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return joinConversation(c.get('context'), c.get('caller'), id, c.req.valid('query'))
  },
)

const forEvents = signedInForSocket({ token: false })

const resuming = query(z.object({ after: optional(place).transform((after) => after ?? null) }))

ws.get(
  '/ws/me',
  endpoint({
    tags: ['live'],
    summary: 'What happens to oneself, as it happens',
    description:
      '`after` is the `seq` of the last frame that was heard, or `now`: the socket resumes, with what came later, in order, before anything new.',
    answers: upgraded,
    security: anyCredential,
  }),
  webSocketOnly,
  forEvents,
  resuming,
  async (c) => {
    return joinOwnEvents(c.get('context'), c.get('caller'), c.req.valid('query').after)
  },
)
