// /openapi.json: the service's own description of its routes, for people who write clients and for their
// tools.
import { Hono } from 'hono'
import * as z from 'zod'
import { documentAnswer } from '../wire/describe/answer'
import { describeService } from '../wire/describe/document'
import { endpoint } from '../wire/describe/notes'
import type { AppEnv } from '../wire/pipeline/app-env'

const about = endpoint({
  tags: ['service'],
  summary: 'This document',
  answers: { 200: z.looseObject({ openapi: z.string() }) },
})

/** The router that describes the others, and itself. */
export function openapi(others: readonly Hono<AppEnv>[]): Hono<AppEnv> {
  const router = new Hono<AppEnv>()
  // Made at the first request: a Worker that is never asked for it starts without.
  let document: string | undefined
  router.get('/openapi.json', about, (c) => {
    document ??= JSON.stringify(describeService([...others, router]))
    return documentAnswer(c, document)
  })
  return router
}
