// What a noun says of itself. Leaving, the export, the sweep and the jobs are loops over these objects and
// know no noun and no table (`moving/nouns.ts` is the one list).
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Bound, Written } from '../../db/declare'
import type { Caller } from './actor'
import type { Context, JobKinds, Named } from './context'
import type { DomainError } from './errors'
import type { EventKind } from './events'

/** A noun's tables and what happens to a person's part of them. */
export type Lifecycle = {
  /** The noun, as its folder is called. */
  name: string
  /** The tables that are this noun's. A column that names a person belongs to one of them. */
  tables: readonly SQLiteTable[]
  /** Who may erase an account, and when. */
  mayLeave?: MayLeave
  /**
   * What goes into the batch that erases a person, in this order: jobs that need rows stand before these
   * go. Unawaited; `now` in milliseconds.
   */
  erase?: (ctx: Context, person: number, now: number) => Erasing | Promise<Erasing>
  /** What follows when a person was erased, before the answer. */
  left?: (ctx: Context, person: Named) => Promise<void>
  /** What the export shows of a person: a read for each of its parts, by the part's name. */
  held?: { readonly [part: string]: (given: { caller: Caller }) => Bound<any> }
  /** Parts of the export with what is outside the database: they take the place of what was read. */
  complete?: (ctx: Context, caller: Caller, held: any) => Promise<Record<string, unknown>>
  /** Deletes what has expired. */
  sweep?: readonly Sweeping[]
  /** The same for what needs more than a statement; once a minute. */
  sweepOutside?: (ctx: Context) => Promise<void>
  /** Its columns with sealed secrets, which are sealed anew under a new key. */
  sealed?: readonly Resealing[]
  /** The kinds of event that its verbs tell of. */
  events?: readonly EventKind[]
  /** Who does which job outside the database. */
  jobs?: JobKinds
}

/** Statements for the batch that erases a person. */
export type Erasing = readonly Bound<unknown>[]

/** A guard that fails the batch, and why it did: null where by now it would not. */
export type MayLeave = {
  guard: (viewer: Caller, person: number) => Bound<unknown>
  whyNot: (ctx: Context, viewer: Caller, person: number) => Promise<DomainError | null>
}

/** A statement that deletes at most so many rows: it is repeated as long as it does. `now` in milliseconds. */
export type Sweeping = { next: (now: number) => Bound<Written>; most: number }

/**
 * A column of sealed secrets (`seal.ts`): its rows of a key, each with the id that it is sealed for, and the
 * statement that puts another text in the place of one, if that is still there.
 */
export type Resealing = {
  table: string
  old: (given: { keyId: string; most: number }) => Bound<{ id: string; sealed: string }[]>
  write: (given: { id: string; from: string; to: string }) => Bound<unknown>
}

/** Rows that one statement of the sweep deletes at most: nobody else writes meanwhile. */
export const sweepStep = 500
