// How the domain tells the time, and how long it waits for anything outside.

/** Now, in milliseconds since 1970. */
export type Clock = () => number

/** What is waited for, by how long one can wait for it (`platform/deadlines.ts`). */
export type Patience =
  | 'kv'
  | 'kvWrite'
  | 'room'
  | 'ending'
  | 'object'
  | 'objectWithDatabase'
  | 'd1'
  | 'r2'
  | 'mail'
  | 'job'

/** Waits for something outside, no longer than one can wait for it; then it has failed. */
export type InTime = <T>(patience: Patience, work: () => Promise<T>) => Promise<T>

/** How much one invocation may still do: calls of objects, strangers and the database, and time. */
export type Budget = { isSpent(): boolean }
