// Notices by mail, each a job: what happened to an account is told to its owner, for whom a mail that
// was not expected is the first sign that somebody else is in.
import { eq, sql } from 'drizzle-orm'
import { familiar, sessions, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { composite, maybeRow, statement } from '../../db/declare'
import { of, under } from '../../db/names'
import type { Context, JobHandlers, Mail } from '../base/context'
import { MailRefused } from '../base/errors'
import { startTelling, toldBy } from '../base/events'
import { jobWhere, type NewJob } from '../base/jobs'
import { keyedHash } from '../base/secrets'
import { tellOfAttack, tellOfSignIn } from './events'
import { countMailed, type Mailing, mayBeMailed, noticeTo } from './recipients'

/** Unawaited: tells of a changed password, unless its recipient has had too many notices. */
export function passwordChangedNotice(ctx: Context, userId: number, email: string) {
  const mailing = noticeTo(ctx, userId, email)
  const job: NewJob = { kind: 'mail.password_changed', key: String(userId), payload: { userId } }
  return [addCounted(ctx, job, mailing), countMailed(ctx, mailing)] as const
}

/** A sign-in that has just been written, or not. */
type SignIn = { userId: number; sessionId: string }

/**
 * Unawaited: tells of the session if there is one and its user agent was not seen before, unless the
 * recipient has had too many notices.
 */
export function newSignInNotice(ctx: Context, { userId, sessionId }: SignIn, email: string) {
  const { userAgent } = ctx.client
  const hash = keyedHash(ctx.keys, 'agent', userAgent)
  const payload = { userId, at: ctx.now(), userAgent }
  const mailing = noticeTo(ctx, userId, email)
  const job: NewJob = { kind: 'mail.new_sign_in', key: sessionId, payload }
  return [
    addNewSignIn(ctx, job, { ...mailing, sessionId, hash }),
    countMailed(ctx, mailing),
    tellOfSignIn({ userId, sessionId, hash, ...toldBy(ctx) }),
  ] as const
}

/** Unawaited: the session's user agent is known from now on, if there is a session. */
export function rememberAgent(ctx: Context, { userId, sessionId }: SignIn) {
  const hash = keyedHash(ctx.keys, 'agent', ctx.client.userAgent)
  return insertAgent({ userId, sessionId, hash, now: ctx.now() })
}

const addCounted = jobWhere(composite<Mailing>((part) => mayBeMailed(part)))

const addNewSignIn = jobWhere(
  composite<Mailing & SignIn & { hash: string }>(
    (part) => sql`exists (select 1 from ${sessions} where ${of(sessions.id)} = ${part('sessionId')})
      and not exists (select 1 from ${familiar} where ${of(familiar.userId)} = ${part('userId')}
        and ${of(familiar.kind)} = 'agent' and ${of(familiar.hash)} = ${part('hash')})
      and ${mayBeMailed(part)}`,
  ),
)

const insertAgent = statement(
  { userId: familiar.userId, sessionId: sessions.id, hash: familiar.hash, now: familiar.seenAt },
  (p) =>
    q
      .insert(familiar)
      .select(
        q
          .select({
            userId: sql`${p.userId}`.as('user_id'),
            kind: sql`'agent'`.as('kind'),
            hash: sql`${p.hash}`.as('hash'),
            seenAt: sql`${p.now}`.as('seen_at'),
          })
          .from(sessions)
          .where(eq(sessions.id, p.sessionId)),
      )
      .onConflictDoUpdate({
        target: [familiar.userId, familiar.kind, familiar.hash],
        set: { seenAt: under('excluded', familiar.seenAt) },
      }),
)

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────

/** Who sends which notice. */
export const noticeHandlers: JobHandlers = {
  async 'mail.password_changed'(ctx, { userId }: { userId: number }) {
    await tell(ctx, await addressOf(ctx, userId), { kind: 'password_changed' })
  },
  async 'mail.email_changed'(ctx, { to }: { to: string }) {
    await tell(ctx, to, { kind: 'email_changed' })
  },
  // Their event too: so a try at a door writes nothing for either. (The version before gives no time.)
  async 'mail.wrong_passwords'(ctx, { userId, at = 0 }: { userId: number; at?: number }) {
    const { told } = await runBatch(ctx.db, { told: tellOfAttack({ userId, at, ...toldBy(ctx) }) })
    startTelling(ctx, told)
    await tell(ctx, await addressOf(ctx, userId), { kind: 'wrong_passwords' })
  },
  async 'mail.new_sign_in'(ctx, payload: NewSignIn) {
    const { userId, at, userAgent } = payload
    await tell(ctx, await addressOf(ctx, userId), { kind: 'new_sign_in', at, userAgent })
  },
}

type NewSignIn = { userId: number; at: number; userAgent: string }

async function tell(ctx: Context, to: string, mail: Mail): Promise<void> {
  if (to === '') return
  try {
    await ctx.mailer.send(to, mail)
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error
    ctx.report(`mail.${mail.kind}`, error)
  }
}

async function addressOf(ctx: Context, userId: number): Promise<string> {
  const { account } = await runBatch(ctx.db, { account: addressById({ userId }) })
  return account?.email ?? ''
}

const addressById = maybeRow({ userId: users.id }, (p) =>
  q
    .select({ email: users.email })
    .from(users)
    .where(sql`${users.id} = ${p.userId} and ${users.isActive} = 1`),
)
