// Changing one's own password, for every contract: all other sessions end with it, older tokens of its own
// session and whatever else lets somebody in, and the owner is told by mail.
import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { calendarFeeds, sessions, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { type Bound, statement } from '../../../db/declare'
import { failUnless } from '../../../db/guards'
import type { Context } from '../../base/context'
import { DomainError, invalid } from '../../base/errors'
import { isLikeUsername } from '../../base/fields'
import { startJobs } from '../../base/jobs'
import { sessionOwner } from '../../base/object-names'
import { type Caller, me, mySession } from '../sessions/callers'
import { afterSessionsEnded, type EndedSession } from '../sessions/endings'
import type { TokenPair } from '../sessions/grants'
import { keepNewest, replaceAll } from '../sessions/kept-tokens'
import { forgetOtherAddresses } from '../familiar'
import { passwordChangedNotice } from '../notices'
import { type Confirmed, confirmOwner, type Demand } from './password-check'
import { hashPassword } from './passwords'
import { requireSession, writeIf } from '../sessions/sessions'
import { inTurn } from '../doors/turns'

/** A new password. `renews` asks for new tokens in place of all that the caller's session has. */
export type NewPassword = { newPassword: string; renews: boolean }

/** What a password change asks; `demand` says when the old password is needed. */
export type PasswordChange = NewPassword & { oldPassword: string | undefined; demand: Demand }

/**
 * Changes the caller's password; answers with the new tokens, or null where none were asked for. Two at
 * once from one session: the later is `password.wrong`.
 * @throws `fields.invalid` (`password_like_username` at `password`), and all that `confirmOwner` throws
 */
export function changePassword(
  ctx: Context,
  caller: Caller,
  change: PasswordChange,
): Promise<TokenPair | null> {
  return inTurn(ctx, () => changeNow(ctx, caller, change))
}

async function changeNow(
  ctx: Context,
  caller: Caller,
  { oldPassword, demand, ...wish }: PasswordChange,
): Promise<TokenPair | null> {
  const confirmed = await confirmOwner(ctx, caller, oldPassword, demand)
  const change = await passwordChange(ctx, caller, confirmed, wish)
  const whyNot = async () => {
    await requireSession(ctx, caller)
    return new DomainError('password.wrong')
  }
  const proven = confirmed.password
  const [, ...results] = await writeIf(
    ctx,
    caller,
    whyNot,
    guardPassword({ caller, proven }),
    ...change.work,
    ...confirmed.settle,
  )
  return change.finish(results)
}

/** Fails the batch unless the caller's password is still the one that was confirmed. Unawaited. */
export const guardPassword = statement({ caller: me, proven: users.password }, (p) =>
  failUnless(sql`exists (select 1 from ${users}
    where "users"."id" = ${p.caller} and "users"."password" = ${p.proven})`),
)

/**
 * The statements of a password change, for a batch behind `guardPassword` that may change more (contract
 * D's `sensitive`). Once it is written, before the answer, `finish` takes their results: sockets are
 * closed, the blacklist and the mail follow, and the new tokens are signed. Unawaited.
 * @throws `fields.invalid` (`password_like_username` at `password`)
 */
export async function passwordChange(
  ctx: Context,
  caller: Caller,
  confirmed: Confirmed,
  { newPassword, renews }: NewPassword,
) {
  if (isLikeUsername(newPassword, confirmed.username)) {
    // The old one was right, so that try was no wrong one.
    if (confirmed.settle.length > 0) await runBatch(ctx.db, confirmed.settle)
    throw invalid({ path: ['password'], code: 'password_like_username' })
  }
  const { userId: id } = confirmed
  const isReplaced = renews && caller.sessionId !== null
  const kept = isReplaced ? replaceAll(ctx, caller, confirmed) : keepNewest(caller)
  const work: Bound<unknown>[] = [
    endOthers({ id, keep: caller, now: ctx.now() }),
    writePassword({ id, password: await hashPassword(newPassword) }),
    ...passwordChangedNotice(ctx, id, confirmed.email),
    forgetOtherAddresses(ctx, id),
    endCalendar({ id }),
    ...kept.work,
  ]
  return {
    work,
    async finish([ended]: readonly unknown[]): Promise<TokenPair | null> {
      startJobs(ctx)
      await afterSessionsEnded(ctx, ended as EndedSession[])
      return kept.grant()
    },
  }
}

const writePassword = statement({ id: users.id, password: users.password }, (p) =>
  q.update(users).set({ password: p.password }).where(eq(users.id, p.id)),
)

const endCalendar = statement({ id: calendarFeeds.userId }, (p) =>
  q.delete(calendarFeeds).where(eq(calendarFeeds.userId, p.id)),
)

const endOthers = statement({ id: users.id, keep: mySession, now: sessions.endedAt }, (p) =>
  q
    .update(sessions)
    .set({ endedAt: p.now })
    .where(and(eq(sessions.userId, p.id), ne(sessions.id, p.keep), isNull(sessions.endedAt)))
    .returning({ id: sessions.id, ...sessionOwner }),
)
