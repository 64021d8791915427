// /docs: the page on which a person reads /openapi.json and tries calls (Swagger UI, all of it from here).
import { Hono } from 'hono'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import { Refusal } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'
import { DetailText } from '../wire/shapes/common'

export const docs = new Hono<AppEnv>()

const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

/** The files that belong to the page, and nothing else of what lies beside them. */
const types: ReadonlyMap<string, string> = new Map([
  ['init.js', script],
  ['page.css', style],
  ['swagger-ui-bundle.js', script],
  ['swagger-ui.css', style],
])

/** Its scripts and styles are files of ours, what it asks is this service, and nobody frames it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Swagger UI's icons stand in its style sheet.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

// A browser keeps the page with the headers of the latest 304, so that one must have the page's policy.
const revalidated = etag({ retainedHeaders: [...RETAINED_304_HEADERS, 'content-security-policy'] })

docs.get(
  '/docs',
  endpoint({
    tags: ['service'],
    summary: 'This document as a page, on which calls can be tried',
    answers: {
      200: { description: 'The page.', type: 'text/html', headers: { ETag: 'Its tag.' } },
      304: { description: 'It is what the client has.' },
    },
  }),
  revalidated,
  (c) => answer(c, '/docs/', 'text/html; charset=utf-8'),
)

docs.get(
  '/docs/:file',
  endpoint({
    tags: ['service'],
    summary: 'A script or a style of that page',
    answers: {
      200: { description: 'The file.', type: 'text/*', headers: { ETag: 'Its tag.' } },
      304: { description: 'It is what the client has.' },
      404: DetailText,
    },
  }),
  revalidated,
  (c) => {
    const file = c.req.param('file')
    const type = types.get(file)
    if (type === undefined) throw new Refusal(404, 'Not found.')
    return answer(c, `/docs/${file}`, type)
  },
)

async function answer(c: AppContext, path: string, type: string): Promise<Response> {
  const file = await c.get('context').pages.read(path)
  if (!file) throw new Error(`public${path} is not there: was the build's command run?`)
  return c.newResponse(file.body, 200, {
    'Content-Type': type,
    'Content-Security-Policy': policy,
    ETag: file.etag,
    // A deployment changes the files together under the same names, so they are asked for anew.
    'Cache-Control': 'public, no-cache',
  })
}
