// Says to somebody's devices that something is to be read anew, which another of theirs has changed.
import { and, eq, gt } from 'drizzle-orm'
import { users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { me } from '../accounts'
import type { Changed, Context, Named } from '../base/context'

/** The caller, where an own socket of theirs may be open; for `sayChanged`. Unawaited. */
export const listenerOf = maybeRow({ caller: me, now: users.listensUntil }, (p) =>
  q
    .select({ id: users.id, name: users.object })
    .from(users)
    .where(and(eq(users.id, p.caller), gt(users.listensUntil, p.now))),
)

/** After the answer, once, and only to devices that are there and resume: nothing is kept of it. */
export function sayChanged(ctx: Context, listener: Named | undefined, changed: Changed): void {
  if (!listener) return
  ctx.later(() => ctx.people.notify(listener, { type: 'changed', ...changed }))
}
