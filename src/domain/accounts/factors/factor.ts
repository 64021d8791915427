// A method of the second step, as the doors and the account's changes know it; `factors.ts` is the table of them.
// Here too: the one counter of wrong tries, whatever method they were of.
import { type SQL, sql } from 'drizzle-orm'
import { counters, users } from '../../../db/schema'
import type { q } from '../../../db/compile'
import type { Bound } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { isFull } from '../../base/counters'
import type { ErrorCode } from '../../base/errors'

/** What a door was shown for the second step. */
export type Shown = { code?: string | null | undefined }

/** One try at the second step of an account, behind its right password. `password` is the stored encoding. */
export type Try = {
  id: number
  password: string
  /** The session that the try has made, if it was right. */
  sessionId: string
  /** Wrong tries that close the step. */
  wrongCodes: number
  now: number
}

/** A method. `T` is what was shown of it, in fields of names that no other method has. */
export type Factor<T extends object> = {
  name: string
  /** Holds while the account of the statement's `users` row has it on. */
  isOn: SQL
  /** Whoever reads mail at the account's address gets in with it. */
  needsAddress: boolean
  /** What was shown of it, as `isRight` compares it; null in each field where nothing was. */
  read: (ctx: Context, userId: number, shown: Shown) => T
  /** Holds where what was shown is right for the account of the statement's `users` row. */
  isRight: (part: (name: keyof T) => SQL, now: SQL) => SQL
  /**
   * The statements that spend a try, behind the session in its batch: `tried` what it costs, before wrong ones
   * are counted; `used` what a right one uses up. Unawaited.
   */
  spend: (shown: T, one: Try) => { tried: Bound<unknown>[]; used: Bound<unknown>[] }
  /** Why there is no sign-in without it. */
  whyNot: ErrorCode
  /** A query that forgets what was sent to the accounts that a query names: their address is another now. */
  forget?: (accounts: SQL) => ReturnType<typeof q.run>
}

/** The row of `users` is the account as it was when its password was compared. */
export const isAsProved = (id: SQL, password: SQL) =>
  sql`${of(users.id)} = ${id} and ${of(users.password)} = ${password} and ${of(users.isActive)} = 1`

/** The counter of wrong tries, for the account of the statement's `users` row. */
export const wrongKey = sql`'code.wrong/' || ${of(users.id)}`

/** The step of that account is closed: too many were wrong. */
export const isStepClosed = (most: SQL, now: SQL) => sql`exists (select 1 from ${counters}
  where ${of(counters.key)} = ${wrongKey} and ${isFull(most, now)})`
