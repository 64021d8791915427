// The worker that opens the app without a network: registered behind the page, and replaced when the person
// says so, or at once where nothing would be lost.
import { signal } from '@preact/signals'

/** Whether a newer version waits. */
export const hasNewVersion = signal(false)

type Policy = { createScriptURL(address: string): unknown }
type Types = { createPolicy(name: string, rules: Record<string, (text: string) => string>): Policy }

/** The one script that may be named by a text. */
const address = '/app/sw.js'
/** So long after the start, with nothing typed, a new version takes over by itself, in milliseconds. */
const startsFor = 10_000
const startedAt = performance.now()
let hasTyped = false
addEventListener('input', () => (hasTyped = true), { once: true, capture: true })

let waiting: ServiceWorker | null = null

/** Registers it. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  const hadOne = serviceWorker.controller !== null
  let isReloading = false
  serviceWorker.addEventListener('controllerchange', () => {
    if (!hadOne || isReloading) return
    isReloading = true
    location.reload()
  })
  const types = (globalThis as { trustedTypes?: Types }).trustedTypes
  const policy = types?.createPolicy('kith', {
    createScriptURL: (given) => {
      if (given !== address) throw new TypeError('Not a script of the app.')
      return given
    },
  })
  const script = (policy?.createScriptURL(address) ?? address) as string
  void register(script)
}

/** Without one the app needs a network, and that is all. */
async function register(script: string): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(script, { scope: '/app/' })
    watch(registration)
    registration.addEventListener('updatefound', () => watch(registration))
  } catch {
    // A private window, or no room.
  }
}

function watch(registration: ServiceWorkerRegistration): void {
  const found = registration.installing
  if (registration.waiting) offer(registration.waiting)
  found?.addEventListener('statechange', () => {
    if (found.state === 'installed' && navigator.serviceWorker.controller) offer(found)
  })
}

function offer(worker: ServiceWorker): void {
  waiting = worker
  if (performance.now() - startedAt < startsFor && !hasTyped) takeNewVersion()
  else hasNewVersion.value = true
}

/** Lets the newer version take over; the page is loaded anew by it. */
export function takeNewVersion(): void {
  waiting?.postMessage('take-over')
}
