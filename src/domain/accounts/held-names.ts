// Names that were given up, by a rename or by leaving, and are held for others for a while, so that nobody
// takes them to be taken for their bearer. Only HMACs are kept, and nothing where a deployment holds none.
import { eq, type SQL, sql } from 'drizzle-orm'
import { heldNames, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { type Bound, maybeRow, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { assign, bare, insertInto, of, under } from '../../db/names'
import type { Context } from '../base/context'
import { readAs } from './sessions/sessions'
import { type Caller, me } from './sessions/callers'
import { keyedHash } from '../base/secrets'

/** How a folded name is looked for among those that are held; '' where none is. */
export function heldHash(ctx: Context, usernameKey: string): string {
  return ctx.rules.namesHeld === 0 ? '' : keyedHash(ctx.keys, 'held', usernameKey)
}

/** The name with that hash is held for others than `account` (null: everybody). */
export const isHeld = (hash: SQL, account: SQL, now: SQL) => sql`exists (select 1 from ${heldNames}
  where ${of(heldNames.hash)} = ${hash} and ${of(heldNames.heldUntil)} > ${now}
    and (${of(heldNames.userId)} is null or ${of(heldNames.userId)} is not ${account}))`

/**
 * The statements that give up the caller's name for another, for the batch that does so: one that fails
 * where the new one is held, and one that holds the old one. None where the deployment holds no names.
 * @throws those of the session
 */
export async function rename(
  ctx: Context,
  caller: Caller,
  usernameKey: string | undefined,
): Promise<Bound<unknown>[]> {
  if (usernameKey === undefined || ctx.rules.namesHeld === 0) return []
  const { own } = await readAs(ctx, caller, { own: ownName({ caller }) })
  const now = ctx.now()
  const { id, key } = own
  return [
    guardName({ id, hash: heldHash(ctx, usernameKey), now }),
    ...(key === usernameKey ? [] : [hold({ ...held(ctx, key), id, key, stays: 1 })]),
  ]
}

/** The statements that let an account go whose name is held from then on, before its row is emptied. */
export async function leaveName(ctx: Context, id: number): Promise<Bound<unknown>[]> {
  const forget = forgetHolder({ id })
  if (ctx.rules.namesHeld === 0) return [forget]
  const { account } = await runBatch(ctx.db, { account: nameOf({ id }) })
  if (!account) return [forget]
  return [forget, hold({ ...held(ctx, account.key), id, key: account.key, stays: 0 })]
}

function held(ctx: Context, usernameKey: string) {
  return { hash: heldHash(ctx, usernameKey), until: ctx.now() + ctx.rules.namesHeld }
}

const ownName = oneRow({ caller: me }, (p) =>
  q
    .select({ id: users.id, key: users.usernameKey })
    .from(users)
    .where(sql`${users.id} = ${p.caller}`),
)

const nameOf = maybeRow({ id: users.id }, (p) =>
  q
    .select({ key: users.usernameKey })
    .from(users)
    .where(sql`${users.id} = ${p.id} and ${users.leftAt} is null`),
)

const guardName = statement({ id: users.id, hash: heldNames.hash, now: heldNames.heldUntil }, (p) =>
  failUnless(sql`not ${isHeld(p.hash, p.id, p.now)}`),
)

// Only the name that the account still has: of two changes at once, the later gives up another.
const hold = statement(
  {
    id: users.id,
    key: users.usernameKey,
    hash: heldNames.hash,
    until: heldNames.heldUntil,
    stays: value<number>(),
  },
  (p) =>
    q.run(sql`${insertInto(heldNames, 'hash', 'userId', 'heldUntil')}
      select ${p.hash}, case when ${p.stays} = 1 then ${users.id} end, ${p.until} from ${users}
      where ${users.id} = ${p.id} and ${users.usernameKey} = ${p.key}
      on conflict (${bare(heldNames.hash)}) do update set ${assign(heldNames, {
        userId: under('excluded', heldNames.userId),
        heldUntil: under('excluded', heldNames.heldUntil),
      })}`),
)

const forgetHolder = statement({ id: users.id }, (p) =>
  q.update(heldNames).set({ userId: null }).where(eq(heldNames.userId, p.id)),
)
