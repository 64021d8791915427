// The table of methods of the second step. Whatever a door or a change of the account has to know of them, it
// asks here.
import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../base/context'
import { mailedCode } from './codes'
import type { Factor, Shown } from './factor'

/** All methods that there are. */
export const factors = [mailedCode] as const

/** What was shown of all of them. */
export type Given = GivenOf<typeof factors>
type GivenOf<F> = F extends readonly [Factor<infer T>, ...infer Rest] ? T & GivenOf<Rest> : object

/** What was shown, as each method compares it. */
export function readShown(ctx: Context, userId: number, shown: Shown): Given {
  return Object.assign({}, ...factors.map(({ read }) => read(ctx, userId, shown))) as Given
}

/** Holds while the account of the statement's `users` row is asked for a second step. */
export const isStepAsked = anyOf(factors.map(({ isOn }) => isOn))

/** Holds while whoever reads mail at that account's address gets in with it. */
export const addressLetsIn = anyOf(factors.filter((one) => one.needsAddress).map((one) => one.isOn))

/** Holds where one of the methods is on and was shown rightly. */
export const isShownRightly = (part: (name: keyof Given) => SQL, now: SQL) =>
  anyOf(factors.map(({ isOn, isRight }) => sql`(${isOn} and ${isRight(part, now)})`))

function anyOf(conditions: SQL[]): SQL {
  return sql`(${sql.join(conditions, sql` or `)})`
}
