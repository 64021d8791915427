// /asyncapi.json: the service's live sockets and their frames, for people who write clients and for their
// tools.
import { Hono } from 'hono'
import * as z from 'zod'
import { documentAnswer } from '../wire/describe/answer'
import { endpoint } from '../wire/describe/notes'
import { describeSockets } from '../wire/describe/sockets-document'
import type { AppEnv } from '../wire/pipeline/app-env'

export const asyncapi = new Hono<AppEnv>()

asyncapi.get(
  '/asyncapi.json',
  endpoint({
    tags: ['service'],
    summary: 'The live sockets and their frames, as AsyncAPI 3',
    answers: { 200: z.looseObject({ asyncapi: z.string() }) },
  }),
  (c) => {
    const { host, protocol } = new URL(c.get('origin'))
    return documentAnswer(c, JSON.stringify(describeSockets(host, protocol === 'https:')))
  },
)
