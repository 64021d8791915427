// /openapi.json and /asyncapi.json: the service's own description, for people who write clients and for
// their tools.
import { Hono } from 'hono'
import * as z from 'zod'
import { describeService } from '../wire/describe/document'
import { describeSockets } from '../wire/describe/sockets-document'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'

const aboutRoutes = endpoint({
  tags: ['service'],
  summary: 'This document',
  answers: { 200: z.looseObject({ openapi: z.string() }) },
})

const aboutSockets = endpoint({
  tags: ['service'],
  summary: 'The live sockets and their frames, as AsyncAPI 3',
  answers: { 200: z.looseObject({ asyncapi: z.string() }) },
})

/** The router that describes the others, and itself. */
export function openapi(routers: readonly Hono<AppEnv>[]): Hono<AppEnv> {
  const router = new Hono<AppEnv>()
  // Made at the first request: a Worker that is never asked for it starts without.
  let document: string | undefined
  router.get('/openapi.json', aboutRoutes, (c) => {
    document ??= JSON.stringify(describeService([...routers, router]))
    return documentAnswer(c, document)
  })
  router.get('/asyncapi.json', aboutSockets, (c) => {
    const { host, protocol } = new URL(c.get('origin'))
    return documentAnswer(c, JSON.stringify(describeSockets(host, protocol === 'https:')))
  })
  return router
}

/** It changes with a deployment alone. */
function documentAnswer(c: AppContext, text: string): Response {
  return c.body(text, 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=300',
  })
}
