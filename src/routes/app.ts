// / and /app/…: what a person sees who opens the service. /app/… is the web app (web/, built into public/app):
// one page at every address below it, which shows itself what is there; / leads browsers to it.
import { Hono } from 'hono'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import * as z from 'zod'
import { endpoint } from '../wire/describe/notes'
import { Refusal } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { DetailText } from '../wire/shapes/common'

export const app = new Hono<AppEnv>()

/** Everything is of this origin, markup is text alone, and the one policy of Trusted Types is our own. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types kith',
].join('; ')

const html = 'text/html; charset=utf-8'
const script = 'text/javascript; charset=utf-8'
const nothingNeeded = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'

// A browser keeps the page with the headers of the latest 304, so that one must have the page's policy.
const revalidated = etag({ retainedHeaders: [...RETAINED_304_HEADERS, 'content-security-policy'] })

// ── / ────────────────────────────────────────────────────────────────────────────────────────────

const About = z.object({
  name: z.string(),
  app: z.url().nullable(),
  docs: z.url(),
  openapi: z.url(),
  health: z.url(),
})

app.get(
  '/',
  endpoint({
    tags: ['service'],
    summary: 'What this is: to browsers the web app, else where to read on',
    description: 'Who takes `text/html` is sent to the web app, where the deployment has it.',
    answers: {
      200: About,
      302: { description: 'To the web app.', headers: { Location: 'The path of the web app.' } },
    },
  }),
  (c) => {
    c.header('Vary', 'Accept')
    const { hasApp } = c.get('wire')
    if (hasApp && takesHtml(c.req.header('accept') ?? '')) return c.redirect('/app/')
    return c.json(aboutView(c))
  },
)

function aboutView(c: AppContext): z.output<typeof About> {
  const { appName, hasApp } = c.get('wire')
  const origin = c.get('origin')
  return {
    name: appName,
    app: hasApp ? `${origin}/app/` : null,
    docs: `${origin}/docs`,
    openapi: `${origin}/openapi.json`,
    health: `${origin}/health`,
  }
}

/** Whether `Accept` names `text/html` with a weight above 0 (RFC 9110 §12.5.1). */
function takesHtml(accept: string): boolean {
  const range = accept.split(',').find((one) => /^\s*text\/html\s*(;|$)/i.test(one))
  if (range === undefined) return false
  const weight = /;\s*q\s*=\s*([\d.]+)/i.exec(range)?.[1]
  return weight === undefined || Number(weight) > 0
}

// ── The app's own files ──────────────────────────────────────────────────────────────────────────

const file = (type: string, summary: string) =>
  endpoint({
    tags: ['service'],
    summary,
    answers: {
      200: { description: 'The file.', type, headers: { ETag: 'Its tag.' } },
      304: { description: 'It is what the client has.' },
      404: DetailText,
    },
  })

app.get(
  '/app/sw.js',
  file('text/javascript', 'The worker that opens the web app without a network'),
  revalidated,
  async (c): Promise<Response> => {
    if (c.get('wire').hasApp) return page(c, '/app/sw.js', script)
    return c.newResponse(removal, 200, headersOf(script))
  },
)

/** Where there is no app any more: takes away what an earlier one has left in browsers. */
const removal = `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('kith-')) await caches.delete(name)
  await self.registration.unregister()
  for (const page of await self.clients.matchAll({ type: 'window' })) page.navigate(page.url).catch(() => {})
})()))
`

app.get(
  '/app/manifest.webmanifest',
  file('application/manifest+json', 'What an installed web app is called, and looks like'),
  revalidated,
  (c) => {
    requireApp(c)
    const text = JSON.stringify(manifestOf(c.get('wire').appName))
    return c.body(text, 200, headersOf('application/manifest+json'))
  },
)

const manifestOf = (name: string) => ({
  id: '/app/',
  name,
  short_name: name,
  description: 'Friends, plans and chats.',
  start_url: '/app/',
  scope: '/app/',
  display: 'standalone',
  background_color: '#ffffff',
  theme_color: '#1d5f4b',
  icons: [
    { src: '/app/icons/kith-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/app/icons/kith-512.png', sizes: '512x512', type: 'image/png' },
    {
      src: '/app/icons/kith-maskable.png',
      sizes: '512x512',
      type: 'image/png',
      purpose: 'maskable',
    },
  ],
  shortcuts: [
    { name: 'Chats', url: '/app/chats' },
    { name: 'New plan', url: '/app/plans/new' },
  ],
})

const icons: ReadonlyMap<string, string> = new Map([
  ['kith.svg', 'image/svg+xml'],
  ['kith-192.png', 'image/png'],
  ['kith-512.png', 'image/png'],
  ['kith-maskable.png', 'image/png'],
])

app.get('/app/icons/:file', file('image/*', 'A picture of the web app'), revalidated, (c) => {
  const type = icons.get(c.req.param('file'))
  if (type === undefined) throw new Refusal(404, 'Not found.')
  return page(c, `/app/icons/${c.req.param('file')}`, type)
})

// ── The page ─────────────────────────────────────────────────────────────────────────────────────

const shell = {
  tags: ['service'],
  summary: 'The web app: one page, whatever stands behind /app/',
  description: 'It shows itself what is at an address, and that nothing is there.',
  answers: {
    200: { description: 'The page.', type: 'text/html', headers: { ETag: 'Its tag.' } },
    304: { description: 'It is what the client has.' },
    404: DetailText,
  },
} as const

app.get('/app', endpoint(shell), revalidated, (c) => page(c, '/app/', html))

app.get('/app/:page{.+}', endpoint(shell), revalidated, (c) => {
  // Files are the asset layer's: what comes here is not among them.
  if (/^\/app\/assets(\/|$)/.test(c.req.path)) throw new Refusal(404, 'Not found.')
  return page(c, '/app/', html)
})

/** @throws `Refusal` 404, where the deployment has no web app */
function requireApp(c: AppContext): void {
  if (!c.get('wire').hasApp) throw new Refusal(404, 'Not found.')
}

async function page(c: AppContext, path: string, type: string): Promise<Response> {
  requireApp(c)
  const file = await c.get('context').pages.read(path)
  if (!file) throw new Error(`public${path} is not there: was the build's command run?`)
  return c.newResponse(file.body, 200, { ...headersOf(type), ETag: file.etag })
}

const headersOf = (type: string) => ({
  'Content-Type': type,
  'Content-Security-Policy': policy,
  'Permissions-Policy': nothingNeeded,
  'X-Robots-Tag': 'noindex',
  // A deployment changes the files together under the same names, so they are asked for anew.
  'Cache-Control': 'public, no-cache',
})
