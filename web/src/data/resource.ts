// What the service says, by key: a signal of its data, kept on the device, asked for anew behind what is
// shown; and optimistic changes, which lie over the service's data until it has answered.
import { computed, type ReadonlySignal, signal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KithError } from 'kith-client'
import { errorFrom } from './client'
import { withStore } from './store'

/** A part of the service's data as the app shows it. */
export type Resource<T> = {
  /** With the changes over it that are on their way; undefined until something is known. */
  readonly data: ReadonlySignal<T | undefined>
  /** When the data came, in milliseconds; 0 where it never did. */
  readonly at: ReadonlySignal<number>
  /** Why the last try failed; null after one that did not. */
  readonly error: ReadonlySignal<KithError | null>
  /** Asks for it; one request at a time. */
  reload(): Promise<void>
  /** Takes the service's own newer data from elsewhere. */
  put(next: (data: T | undefined) => T | undefined): void
}

type Patch = (data: never) => unknown
type Held = Resource<unknown> & {
  base: Signal<unknown>
  patches: Signal<readonly Patch[]>
  isWatched: () => boolean
  isUnderWay: () => boolean
  watched: number
  /** When this page heard it from the service: a copy of before counts as old, whatever its time. */
  heardAt: number
}

/** What is shown and older than this is asked for anew, in milliseconds. */
const freshFor = 30_000
const held = new Map<string, Held>()

/** The resource of a key. `load` is how it is asked for. */
export function resource<T>(key: string, load: () => Promise<T>): Resource<T> {
  const known = held.get(key)
  if (known) return known as unknown as Resource<T>
  const made = newResource(key, load)
  held.set(key, made)
  void fromCopy(key, made)
  return made as unknown as Resource<T>
}

function newResource(key: string, load: () => Promise<unknown>): Held {
  const base: Signal<unknown> = signal<unknown>(undefined)
  const patches = signal<readonly Patch[]>([])
  const at = signal(0)
  const error = signal<KithError | null>(null)
  let underWay: Promise<void> | null = null
  // Asked for while it is on its way: what comes may be of before that.
  let isStale = false
  const take = (data: unknown) => {
    base.value = data
    made.heardAt = at.value = Date.now()
    error.value = null
    void withStore((db) => db.put('copies', { key, data, at: at.value }))
  }
  const ask = async (): Promise<void> => {
    do {
      isStale = false
      await load().then(take, (reason: unknown) => {
        error.value = errorFrom(reason)
        if (error.value.code === 'missing') void withStore((db) => db.delete('copies', key))
      })
    } while (isStale)
  }
  const made: Held = {
    base,
    patches,
    data: computed(() =>
      base.value === undefined
        ? undefined
        : patches.value.reduce<unknown>((data, patch) => patch(data as never), base.value),
    ),
    at,
    error,
    watched: 0,
    heardAt: 0,
    isWatched: () => made.watched > 0,
    isUnderWay: () => underWay !== null,
    reload() {
      if (underWay) isStale = true
      return (underWay ??= ask().finally(() => (underWay = null)))
    },
    put(next) {
      const data = next(base.value)
      if (data !== undefined && data !== base.value) take(data)
    },
  }
  return made
}

async function fromCopy(key: string, { base, at }: Held): Promise<void> {
  const copy = await withStore((db) => db.get('copies', key))
  if (!copy || base.value !== undefined) return
  base.value = copy.data
  ;(at as Signal<number>).value = copy.at
}

/** The resource of a key, while it is shown: asked for where it is missing or old. */
export function useResource<T>(key: string, load: () => Promise<T>): Resource<T> {
  const found = resource(key, load)
  useEffect(() => {
    const one = found as unknown as Held
    one.watched++
    if (Date.now() - one.heardAt > freshFor && !one.isUnderWay()) void found.reload()
    return () => void one.watched--
  }, [key])
  return found
}

/** Asks anew for what is known of some keys: at once for what is shown, else when it is shown again. */
export function invalidate(isMeant: (key: string) => boolean): void {
  for (const [key, one] of held) {
    if (!isMeant(key)) continue
    if (one.isWatched()) void one.reload()
    else one.heardAt = 0
  }
}

/** Changes what is known of a key, where anything is. */
export function putKnown<T>(key: string, next: (data: T) => T): void {
  held.get(key)?.put((data) => (data === undefined ? undefined : next(data as T)))
}

// ── Changes ──────────────────────────────────────────────────────────────────────────────────────

const queues = new Map<string, Promise<unknown>>()

/** A change that is shown before the service has said yes. */
export type Change<T, R> = {
  /** Of which resource; changes of one key go out in their order. */
  key: string
  /** How the data looks with it. Lies over whatever the service says meanwhile. */
  patch: (data: T) => T
  call: () => Promise<R>
  /** The service's data, once it has answered. */
  settle?: (data: T, answer: R) => T
}

/** Makes a change; what fails is taken back, read anew, and thrown. @throws `KithError` */
export async function change<T, R>({ key, patch, call, settle }: Change<T, R>): Promise<R> {
  const one = held.get(key)
  const mine: Patch = (data) => patch(data)
  if (one) one.patches.value = [...one.patches.value, mine]
  const turn = (queues.get(key) ?? Promise.resolve()).then(call, call)
  queues.set(
    key,
    turn.catch(() => {}),
  )
  try {
    const answer = await turn
    if (one && settle) one.put((data) => (data === undefined ? data : settle(data as T, answer)))
    else if (one) await one.reload()
    return answer
  } catch (error) {
    void one?.reload()
    throw errorFrom(error)
  } finally {
    if (one) one.patches.value = one.patches.value.filter((other) => other !== mine)
  }
}
