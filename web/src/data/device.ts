// What this device knows: who is signed in here, in every tab alike; and how it forgets them.
import { signal } from '@preact/signals'
import { closeStore, deleteStores } from './store'

/** Who is signed in on this device. */
export type User = { id: number; username: string }

const key = 'kith.user'
/** Says that a sign-out was asked for that the service has not been told of. */
const owedKey = 'kith.sign-out'

/** Who is signed in here, as the last start or sign-in has it; null is nobody. */
export const user = signal<User | null>(storedUser())

/** Whether the device has a network, as far as the browser knows. */
export const isOnline = signal(navigator.onLine)
addEventListener('online', () => (isOnline.value = true))
addEventListener('offline', () => (isOnline.value = false))

const channel = new BroadcastChannel('kith')
channel.addEventListener('message', () => reloadIfOther())
document.addEventListener('visibilitychange', () => reloadIfOther())
// What another tab has stored may be seen here later than its message.
addEventListener('storage', ({ key: changed }) => {
  if (changed === key) reloadIfOther()
})

/** Nothing of one person is shown or sent once another one is signed in. */
function reloadIfOther(): void {
  if (document.visibilityState === 'hidden') return
  if (storedUser()?.id !== user.value?.id) location.reload()
}

function storedUser(): User | null {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? 'null') as User | null
    return typeof stored?.id === 'number' ? stored : null
  } catch {
    return null
  }
}

/** Keeps who has signed in. */
export function remember({ id, username }: User): void {
  localStorage.setItem(key, JSON.stringify({ id, username }))
  user.value = { id, username }
  channel.postMessage('signed-in')
}

/** Takes everything of the person from this device. */
export async function forget(): Promise<void> {
  localStorage.removeItem(key)
  user.value = null
  channel.postMessage('signed-out')
  await deleteStores()
  await navigator.clearAppBadge?.().catch(() => {})
}

/** The sign-in, which is always entered by loading it: nothing stays in memory. */
export function toSignIn(next?: string): void {
  const query = next && next !== '/app/' ? `?next=${encodeURIComponent(next)}` : ''
  location.assign(`/app/sign-in${query}`)
}

let isLeaving = false

/** The session has ended without this device: it forgets the person. */
export async function endedElsewhere(): Promise<void> {
  if (isLeaving || !user.value) return
  isLeaving = true
  const { pathname, search } = location
  await forget()
  toSignIn(pathname + search)
}

/** Leaves this device in any case; `tell` tells the service. Answers whether it was told. */
export async function leaveDevice(tell: () => Promise<unknown>): Promise<boolean> {
  isLeaving = true
  const isTold = await tell().then(
    () => true,
    () => false,
  )
  if (!isTold) localStorage.setItem(owedKey, '1')
  await closeStore()
  await forget()
  return isTold
}

/** Whether a sign-out is still to be told. */
export const owesSignOut = (): boolean => localStorage.getItem(owedKey) !== null

/** It was told. */
export const signOutTold = (): void => localStorage.removeItem(owedKey)
