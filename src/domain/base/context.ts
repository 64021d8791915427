// What the domain is given for one request: the database, the time, the rules that a deployment can
// set, and the ports to everything outside. `platform/context.ts` builds it.
import type { Db } from '../../db/client'
import type { Providers } from './providers'
import type { Client, FloodGuard, Blacklist } from './ports/client'
import type { MediaStore, Erasures, PageFiles } from './ports/files'
import type { Keys } from './ports/keys'
import type { Rooms, People } from './ports/live'
import type { Mailer } from './ports/mail'
import type { Outside } from './ports/outside'
import type { Rules } from './ports/rules'
import type { Clock, InTime, Budget } from './ports/time'

export type * from './ports/client'
export type * from './ports/files'
export type * from './ports/keys'
export type * from './ports/live'
export type * from './ports/mail'
export type * from './ports/outside'
export type * from './ports/rules'
export type * from './ports/time'

/** A try of a job: `attempt` counts from 1; `signal` is aborted when its time is over. */
export type Turn = { attempt: number; signal: AbortSignal }

/** Work outside the database that a batch has asked for (`jobs.ts`); `again`: to be gone on with then. */
export type JobRun = (ctx: Context, payload: never, turn: Turn) => Promise<void | { again: number }>

/** By kind of job: what does it. */
export type JobHandlers = Record<string, JobRun>

/**
 * By kind of job: what does it, and after how many failures in a row it is parked or, where that is said,
 * given up.
 */
export type JobKinds = Record<string, { cap: number; isGivenUp?: boolean; run: JobRun }>

/** Tells people of events that this request has written, by their ids (notifications/dispatcher.ts). */
export type Dispatch = (ctx: Context, ids: readonly number[]) => Promise<void>

/** All that a domain verb needs beside its input. */
export type Context = {
  db: Db
  now: Clock
  keys: Keys
  rules: Rules
  client: Client
  blacklist: Blacklist
  mailer: Mailer
  providers: Providers
  outside: Outside
  media: MediaStore
  erasures: Erasures
  pages: PageFiles
  rooms: Rooms
  people: People
  floodGuard: FloodGuard
  /** By kind of job: what does it. */
  jobKinds: JobKinds
  /** Who is told of what has happened, after the answer; what it leaves, the timer tells. */
  dispatch: Dispatch
  /** Who tells of what this request has done: random, its own. */
  runner: string
  /** One for all jobs of the invocation. */
  budget: Budget
  /** Runs work after the answer; a failure is logged and changes nothing. */
  later(work: () => Promise<unknown>): void
  /** Waits between two tries of something outside, in milliseconds. */
  wait(milliseconds: number): Promise<void>
  /** For what the ports' own deadlines do not suit. */
  inTime: InTime
  /** Writes a log line about a fault that changes no answer. Never a name, address or secret in it. */
  report(event: string, error: unknown): void
}
