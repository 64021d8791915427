// The service worker: the app's own files, so that it opens without a network. No answer of the service's
// calls is ever in its cache.

declare const KITH_FILES: readonly string[]
declare const KITH_VERSION: string

type Scope = {
  addEventListener(kind: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}

const worker = globalThis as unknown as Scope
const cacheName = `kith-${KITH_VERSION}`
const shell = '/app/'
const pictures = ['/app/icons/kith.svg', '/app/icons/kith-192.png']
/** Entered and left by loads, past this worker: their policy may be another one. */
const doors = /^\/app\/(sign-in|sign-up|reset|notice)\/?$/

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(cacheName).then((cache) => cache.addAll([shell, ...KITH_FILES, ...pictures])),
  )
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const old of await caches.keys()) {
        if (old.startsWith('kith-') && old !== cacheName) await caches.delete(old)
      }
      await worker.clients.claim()
    })(),
  )
})

worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting()
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (/^\/app(\/|$)/.test(pathname)) event.respondWith(page(request, pathname))
  } else if (pathname.startsWith('/app/assets/')) event.respondWith(kept(request, request))
})

/** A door comes from the network where there is one. */
async function page(request: Request, pathname: string): Promise<Response> {
  if (!doors.test(pathname)) return kept(shell, request)
  try {
    return await fetch(request)
  } catch {
    return kept(shell, request)
  }
}

async function kept(what: RequestInfo, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(what)) ?? fetch(request)
}

/** What keeps the worker alive. */
export type ExtendableEvent = { waitUntil(work: Promise<unknown>): void }
type FetchEvent = { request: Request; respondWith(answer: Promise<Response>): void }
