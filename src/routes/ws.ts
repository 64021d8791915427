// /ws/…: live sockets, and tickets for browsers that open them. The frames are in docs/contract.md.
import { Hono } from 'hono'
import * as z from 'zod'
import { issueTicket } from '../domain/accounts/tickets'
import { boolean, integer, optional } from '../domain/fields'
import { joinConversation, joinOwnEvents } from '../domain/joining'
import { answers } from '../wire/answers'
import type { AppEnv } from '../wire/app-env'
import { signedIn } from '../wire/credentials'
import { detail, errorsIn, inMessage } from '../wire/dialects'
import { query } from '../wire/paging'
import { integerId } from '../wire/paths'
import { signedInForSocket, webSocketOnly } from '../wire/sockets'

export const ws = new Hono<AppEnv>()
ws.onError(errorsIn(detail))

ws.post('/ws/ticket', signedIn, async (c) => {
  const ticket = await issueTicket(c.get('context'), c.get('caller'))
  return c.json({ ticket }, 201)
})

const missing = answers({ 'conversation.missing': inMessage })

const wishes = query(
  z.object({
    after: optional(integer({ min: 0 })).transform((after) => after ?? null),
    events: optional(boolean).transform((events) => events ?? false),
  }),
)

const forChat = signedInForSocket({ token: true })

ws.get('/ws/chat/:id', webSocketOnly, forChat, missing, wishes, async (c) => {
  const id = integerId(c.req.param('id'))
  return joinConversation(c.get('context'), c.get('caller'), id, c.req.valid('query'))
})

const forEvents = signedInForSocket({ token: false })

ws.get('/ws/me', webSocketOnly, forEvents, async (c) => {
  return joinOwnEvents(c.get('context'), c.get('caller'))
})
