// /openapi.json: the service's own description, for people who write clients and for their tools.
import { Hono } from 'hono'
import { describeService } from '../openapi/document'
import type { AppEnv } from '../wire/app-env'
import { detail, errorsIn } from '../wire/dialects'
import { endpoint } from '../wire/notes'

const described = endpoint({
  tags: ['service'],
  summary: 'This document',
  answers: { 200: { description: 'An OpenAPI 3.1 document.', type: 'application/json' } },
})

/** The router that describes the others, and itself. */
export function openapi(routers: readonly Hono<AppEnv>[]): Hono<AppEnv> {
  const router = new Hono<AppEnv>()
  router.onError(errorsIn(detail))
  // Made at the first request: a Worker that is never asked for it starts without.
  let document: string | undefined
  router.get('/openapi.json', described, (c) => {
    document ??= JSON.stringify(describeService([...routers, router]))
    // It changes with a deployment alone.
    return c.body(document, 200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=300',
    })
  })
  return router
}
