// The second step of a sign-in: an e-mailed code of six digits, judged only behind the right password
// and in the very batch that writes the session. Only its HMAC is stored.
import { sql } from 'drizzle-orm'
import { codes, counters, sessions, users } from '../../../db/schema'
import { q } from '../../../db/compile'
import { type Bound, composite, statement, value } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { keyedHash } from '../../base/secrets'
import { newSignInNotice, rememberAgent } from '../notices'

/** How long a code lives. */
export const codeLife = 10 * 60_000
/** Wrong tries after which a code is dead. */
const maxWrongTries = sql.raw('5')

/** A new code: six digits, each as likely as the others. */
export function newCode(): string {
  const [random] = crypto.getRandomValues(new Uint32Array(1)) as unknown as [number]
  // What is above the last whole million would make the low codes likelier.
  return random < 4_294_000_000 ? String(random % 1_000_000).padStart(6, '0') : newCode()
}

/** What of a code is stored: without the pepper a million guesses find none, nor for another account. */
export function codeHash(ctx: Context, userId: number, code: string): string {
  return keyedHash(ctx.keys, 'code', `${userId}:${code}`)
}

// ── The condition under which a session comes to be ──────────────────────────────────────────────

/** What a door shows for the second step. */
export type StepProof = { asked: 0 | 1; hash: string | null; wrongCodes: number; now: number }

/** For a door that has no code to show: only accounts that need none get in. */
export const noCode: StepProof = { asked: 1, hash: null, wrongCodes: 0, now: 0 }

// Table names by hand: in a select from one table Drizzle leaves them out, also in subqueries.
const isRight = (hash: ReturnType<typeof sql>, now: ReturnType<typeof sql>) => sql`exists (
  select 1 from "codes" where "codes"."user_id" = "users"."id" and "codes"."hash" = ${hash}
  and "codes"."expires_at" > ${now} and "codes"."wrong_tries" < ${maxWrongTries})`

const wrongKey = sql`'code.wrong/' || "users"."id"`

const isClosed = (limit: ReturnType<typeof sql>, now: ReturnType<typeof sql>) => sql`exists (
  select 1 from "counters" where "counters"."key" = ${wrongKey}
  and "counters"."spent" >= ${limit} and "counters"."expires_at" > ${now})`

/** A parameter: whether the person in the statement's `users` row passes the second step. */
export const passesStep = composite<StepProof>(
  (part) => sql`(${part('asked')} = 0 or "users"."code_required" = 0 or (
    ${isRight(part('hash'), part('now'))}
    and not ${isClosed(part('wrongCodes'), part('now'))}))`,
)

// ── One try ──────────────────────────────────────────────────────────────────────────────────────

/** The account as it was when its password was compared. */
type Account = { id: number; email: string; password: string; codeRequired: boolean }
type State = { codeRequired: boolean; closedUntil: number | null }

/**
 * The second step of a sign-in. Its parts go into the batch that writes the session: `state` before
 * it, `settle` behind it; `proof` is the condition for the session itself. So of many tries at once,
 * one right code makes one session, and a code that has been tried five times is not compared again.
 */
export function secondStep(ctx: Context, account: Account, code: string | null | undefined) {
  const now = ctx.now()
  const { most: wrongCodes, window } = ctx.rules.wrongCodes
  const { id, password } = account
  const hash = code ? codeHash(ctx, id, code) : null
  const proof: StepProof = { asked: 1, hash, wrongCodes, now }
  return {
    proof,
    /** What the try finds: no row when the account is no longer what it was. */
    state: stepState({ id, password, wrongCodes, now }),
    /** Spends the try or the code, and tells the person of a sign-in from an unknown user agent. */
    settle(sessionId: string): Bound<unknown>[] {
      if (!account.codeRequired || hash === null) return []
      return [
        spendTry({ id, password, hash, wrongCodes, now }),
        countWrong({ id, password, hash, wrongCodes, now, until: now + window }),
        ...newSignInNotice(ctx, { userId: id, sessionId }, account.email),
        rememberAgent(ctx, { userId: id, sessionId }),
        consume({ id, hash, sessionId }),
      ]
    },
    /** Why there is no session: `signin.refused`, `signin.code_required`, `tries.exceeded`. */
    refusal(state: State | undefined): DomainError {
      if (!state) return new DomainError('signin.refused')
      if (hash === null || state.closedUntil === null) {
        return new DomainError('signin.code_required')
      }
      const retryAfter = Math.ceil((state.closedUntil - now) / 1000)
      return new DomainError('tries.exceeded', { retryAfter })
    },
  }
}

const isAsProved = (id: ReturnType<typeof sql>, password: ReturnType<typeof sql>) =>
  sql`"users"."id" = ${id} and "users"."password" = ${password} and "users"."is_active" = 1`

const stepState = statement(
  { id: users.id, password: users.password, wrongCodes: value<number>(), now: value<number>() },
  (p) =>
    q
      .select({
        codeRequired: users.codeRequired,
        closedUntil: sql<number | null>`(select "counters"."expires_at" from "counters"
          where "counters"."key" = ${wrongKey} and "counters"."spent" >= ${p.wrongCodes}
          and "counters"."expires_at" > ${p.now})`.as('closed_until'),
      })
      .from(users)
      .where(isAsProved(p.id, p.password)),
)

const tried = {
  id: users.id,
  password: users.password,
  hash: codes.hash,
  wrongCodes: value<number>(),
  now: value<number>(),
}

const spendTry = statement(tried, (p) =>
  q
    .update(codes)
    .set({ wrongTries: sql`${codes.wrongTries} + 1` })
    .where(
      sql`"codes"."user_id" = ${p.id} and "codes"."hash" <> ${p.hash}
        and "codes"."expires_at" > ${p.now} and "codes"."wrong_tries" < ${maxWrongTries}
        and exists (select 1 from "users" where ${isAsProved(p.id, p.password)}
          and "users"."code_required" = 1 and not ${isClosed(p.wrongCodes, p.now)})`,
    ),
)

// A dead or expired code counts as wrong too. The last one of the window begins the closed time.
const countWrong = statement({ ...tried, until: value<number>() }, (p) =>
  q
    .insert(counters)
    .select(
      q
        .select({
          key: sql`${wrongKey}`.as('key'),
          spent: sql`1`.as('spent'),
          expiresAt: sql`${p.until}`.as('expires_at'),
        })
        .from(users)
        .where(
          sql`${isAsProved(p.id, p.password)} and "users"."code_required" = 1
            and not ${isRight(p.hash, p.now)} and not ${isClosed(p.wrongCodes, p.now)}`,
        ),
    )
    .onConflictDoUpdate({
      target: counters.key,
      set: {
        spent: sql`case when "counters"."expires_at" <= ${p.now} then 1
          else "counters"."spent" + 1 end`,
        expiresAt: sql`case when "counters"."expires_at" <= ${p.now}
          or "counters"."spent" + 1 >= ${p.wrongCodes} then ${p.until}
          else "counters"."expires_at" end`,
      },
    }),
)

const consume = statement({ id: codes.userId, hash: codes.hash, sessionId: sessions.id }, (p) =>
  q.delete(codes).where(
    sql`"codes"."user_id" = ${p.id} and "codes"."hash" = ${p.hash}
      and exists (select 1 from "sessions" where "sessions"."id" = ${p.sessionId})`,
  ),
)
