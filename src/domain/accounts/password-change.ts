// Changing one's own password, for every contract: all other sessions end with it, and the owner is told
// by mail.
import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { sessions, users } from '../../db/schema'
import { q, runBatch, statement } from '../../db/statements'
import type { Context } from '../context'
import { DomainError, invalid } from '../errors'
import { isLikeUsername } from '../fields'
import { addJob, startJobs } from '../jobs'
import { sessionOwner } from '../object-names'
import { type Caller, mySession } from './callers'
import { afterSessionsEnded, type EndedSession } from './endings'
import { passwordChangedNotice } from './notices'
import { type Confirmed, confirmOwner, type Demand } from './password-check'
import { hashPassword } from './passwords'
import { writeAs } from './sessions'

/** What a password change asks; `demand` says when the old password is needed. */
export type PasswordChange = {
  newPassword: string
  oldPassword: string | undefined
  demand: Demand
}

/**
 * Changes the caller's password. Two at once from one session: the later is `password.wrong`.
 * @throws `fields.invalid` (`password_like_username` at `password`), and all that `confirmOwner` throws
 */
export async function changePassword(
  ctx: Context,
  caller: Caller,
  { newPassword, oldPassword, demand }: PasswordChange,
): Promise<void> {
  const confirmed = await confirmOwner(ctx, caller, oldPassword, demand)
  const change = await passwordChange(ctx, caller, confirmed, newPassword)
  const [changed, ended] = await writeAs(ctx, caller, ...change, ...confirmed.settle)
  if (changed.length === 0) throw new DomainError('password.wrong')
  await afterPasswordChange(ctx, ended)
}

/**
 * The statements of a password change, for a batch that changes more (contract D's `sensitive`):
 * the first answers with a row if the password was still the one that was confirmed, the second with
 * the sessions that ended, for `afterPasswordChange`. Unawaited.
 * @throws `fields.invalid` (`password_like_username` at `password`)
 */
export async function passwordChange(
  ctx: Context,
  caller: Caller,
  confirmed: Confirmed,
  newPassword: string,
) {
  if (isLikeUsername(newPassword, confirmed.username)) {
    // The old one was right, so that try was no wrong one.
    if (confirmed.settle.length > 0) await runBatch(ctx.db, confirmed.settle)
    throw invalid({ path: ['password'], code: 'password_like_username' })
  }
  const { userId } = confirmed
  const password = await hashPassword(newPassword)
  return [
    writePassword({ id: userId, seen: confirmed.password, password }),
    endOthers({ id: userId, keep: caller, password, now: ctx.now() }),
    addJob(ctx, passwordChangedNotice(userId)),
  ] as const
}

/** Once the batch is written, before the answer: sockets are closed, the blacklist and the mail follow. */
export async function afterPasswordChange(ctx: Context, ended: EndedSession[]): Promise<void> {
  startJobs(ctx)
  await afterSessionsEnded(ctx, ended)
}

const writePassword = statement(
  { id: users.id, seen: users.password, password: users.password },
  (p) =>
    q
      .update(users)
      .set({ password: p.password })
      .where(and(eq(users.id, p.id), eq(users.password, p.seen)))
      .returning({ id: users.id }),
)

// Each encoding has a salt of its own: it is there only if this very change was written.
const endOthers = statement(
  { id: users.id, keep: mySession, password: users.password, now: sessions.endedAt },
  (p) =>
    q
      .update(sessions)
      .set({ endedAt: p.now })
      .where(
        and(
          isNull(sessions.endedAt),
          ne(sessions.id, p.keep),
          eq(
            sessions.userId,
            sql`(select ${users.id} from ${users}
              where ${users.id} = ${p.id} and ${users.password} = ${p.password})`,
          ),
        ),
      )
      .returning({ id: sessions.id, ...sessionOwner }),
)
