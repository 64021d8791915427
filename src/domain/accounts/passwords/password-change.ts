// Changing one's own password, for every contract: all other sessions end with it, older tokens of its own
// session and whatever else lets somebody in, and the owner is told by mail.
import { eq, sql } from 'drizzle-orm'
import { calendarFeeds, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { statement } from '../../../db/declare'
import { failUnless } from '../../../db/guards'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { DomainError, invalid } from '../../base/errors'
import { isLikeUsername } from '../../base/fields'
import { startTelling, type Told, toldBy } from '../../base/events'
import { startJobs } from '../../base/jobs'
import { type Caller, me } from '../sessions/callers'
import { afterSessionsEnded, type EndedSession } from '../sessions/endings'
import type { TokenPair } from '../sessions/grants'
import { keepNewest, replaceAll } from '../sessions/kept-tokens'
import { endOtherSessionsOf } from '../sessions/own-sessions'
import { forgetOtherAddresses } from '../familiar'
import { tellAccount } from '../events'
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
  const results = await writeIf(ctx, caller, whyNot, {
    guarded: guardPassword({ caller, proven: confirmed.password }),
    ...change.work,
    tryGivenBack: confirmed.giveBack,
  })
  return change.finish(results)
}

type Done = {
  otherSessions?: EndedSession[] | undefined
  securityTold?: Told[] | undefined
}

/** Fails the batch unless the caller's password is still the one that was confirmed. Unawaited. */
export const guardPassword = statement({ caller: me, proven: users.password }, (p) =>
  failUnless(sql`exists (select 1 from ${users}
    where ${of(users.id)} = ${p.caller} and ${of(users.password)} = ${p.proven})`),
)

/**
 * The statements of a password change, for a batch behind `guardPassword` that may change more (contract
 * D's `sensitive`). Once it is written, before the answer, `finish` takes its results: sockets are
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
    await runBatch(ctx.db, { tryGivenBack: confirmed.giveBack })
    throw invalid({ path: ['password'], code: 'password_like_username' })
  }
  const { userId: id } = confirmed
  const isReplaced = renews && caller.sessionId !== null
  const kept = isReplaced ? replaceAll(ctx, caller, confirmed) : keepNewest(caller)
  const password = await hashPassword(newPassword)
  const work = {
    otherSessions: endOtherSessionsOf({ owner: caller, keep: caller, now: ctx.now() }),
    newPassword: writePassword({ id, password }),
    securityTold: tellAccount({ userId: id, what: 'password_changed', ...toldBy(ctx) }),
    passwordNotice: passwordChangedNotice(ctx, id, confirmed.email),
    otherAddresses: forgetOtherAddresses(ctx, id),
    calendarAddress: endCalendar({ id }),
    keptTokens: kept.work,
  }
  return {
    work,
    async finish({ otherSessions = [], securityTold }: Done) {
      startJobs(ctx)
      startTelling(ctx, securityTold)
      await afterSessionsEnded(ctx, otherSessions)
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
