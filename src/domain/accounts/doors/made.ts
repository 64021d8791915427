// An account that a batch has just made, and who of the staff made it.
import { type SQL, sql } from 'drizzle-orm'
import { users } from '../../../db/schema'
import { statement } from '../../../db/declare'
import { of } from '../../../db/names'
import { actOf, auditFrom, auditing } from '../../base/audit'
import type { Context } from '../../base/context'
import { type Caller, me } from '../sessions/callers'

/** By what it is found: the hash has a salt of its own. */
export type MadeKey = { usernameKey: string; password: string }

/** The statement's `users` row is the one that was made. */
export const isMade = (p: Record<keyof MadeKey, SQL>) =>
  sql`${of(users.usernameKey)} = ${p.usernameKey} and ${of(users.password)} = ${p.password}`

/** Who put somebody into which groups. Unawaited: the last statement of the batch that makes the account. */
export function auditOfMade(
  ctx: Context,
  caller: Caller,
  key: MadeKey,
  { groups = [] }: { groups?: readonly number[] | undefined },
) {
  return madeRow({
    ...actOf(ctx, { action: 'people.register', change: { groups } }),
    ...key,
    caller,
  })
}

const madeRow = statement(
  { ...auditing, usernameKey: users.usernameKey, password: users.password, caller: me },
  ({ usernameKey, password, caller, ...p }) =>
    auditFrom({
      ...p,
      actor: sql`'staff'`,
      actorId: caller,
      userId: of(users.id),
      from: sql`from ${users} where ${isMade({ usernameKey, password })}`,
    }),
)
