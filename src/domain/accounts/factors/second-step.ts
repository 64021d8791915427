// The second step of a sign-in: a method of `factors.ts`, judged only behind the right password and in the very
// batch that writes the session.
import { sql } from 'drizzle-orm'
import { counters, users } from '../../../db/schema'
import { q } from '../../../db/compile'
import { type Bound, composite, maybeRow, statement, value } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { isFull, throttledUntil } from '../../base/counters'
import { DomainError } from '../../base/errors'
import { newSignInNotice, rememberAgent } from '../notices'
import { isAsProved, isStepClosed, type Shown, wrongKey } from './factor'
import { factors, type Given, isShownRightly, isStepAsked, readShown } from './factors'

/** What a door shows for the second step; `wrongCodes` wrong ones close it. */
export type StepProof = Given & { wrongCodes: number; now: number }

/** For a door that has nothing to show: only accounts that need nothing get in. */
export function nothingShown(ctx: Context): StepProof {
  return { ...readShown(ctx, 0, {}), wrongCodes: 0, now: 0 }
}

/** A parameter: whether the person in the statement's `users` row passes the second step. */
export const passesStep = composite<StepProof>(
  (part) => sql`(not ${isStepAsked} or (${isShownRightly(part, part('now'))}
    and not ${isStepClosed(part('wrongCodes'), part('now'))}))`,
)

/** A parameter: whether that person's try counts as a wrong one. What is closed counts none. */
const isWrong = composite<StepProof>(
  (part) => sql`(${isStepAsked} and not ${isShownRightly(part, part('now'))}
    and not ${isStepClosed(part('wrongCodes'), part('now'))})`,
)

/** The account as it was when its password was compared. */
type Account = { id: number; email: string; password: string; codeRequired: boolean }
type State = { closedUntil: number | null }

/**
 * The second step of a sign-in. Its parts go into the batch that writes the session: `state` before
 * it, `spend` behind it; `proof` is the condition for the session itself. So of many tries at once,
 * one right one makes one session, and a code that has been tried five times is not compared again.
 */
export function secondStep(ctx: Context, account: Account, shown: Shown) {
  const now = ctx.now()
  const { id, password } = account
  const { most: wrongCodes } = ctx.rules.wrongCodes
  const given = readShown(ctx, id, shown)
  const isTried = Object.values(given).some((field) => field !== null)
  const proof: StepProof = { ...given, wrongCodes, now }
  return {
    proof,
    /** What the try finds: no row when the account is no longer what it was. */
    state: stepState({ id, password, wrongCodes, now }),
    /** Spends the try, and tells the person of a sign-in from an unknown user agent. */
    spend: (sessionId: string) =>
      account.codeRequired && isTried ? spendStep(ctx, account, proof, sessionId) : [],
    /** Why there is no session: `signin.refused`, `tries.exceeded`, or what the method says. */
    refusal(state: State | undefined): DomainError {
      if (!state) return new DomainError('signin.refused')
      const { closedUntil } = state
      if (isTried && closedUntil !== null) return throttledUntil(ctx, closedUntil)
      return new DomainError(factors[0].whyNot)
    },
  }
}

function spendStep(
  ctx: Context,
  { id, password, email }: Account,
  proof: StepProof,
  sessionId: string,
): Bound<unknown>[] {
  const { wrongCodes, now } = proof
  const one = { id, password, sessionId, wrongCodes, now }
  const spent = factors.map((factor) => factor.spend(proof, one))
  const until = now + ctx.rules.wrongCodes.window
  const signIn = { userId: id, sessionId }
  return [
    ...spent.flatMap(({ tried }) => tried),
    countWrong({ id, password, isWrong: proof, wrongCodes, now, until }),
    ...newSignInNotice(ctx, signIn, email),
    rememberAgent(ctx, signIn),
    ...spent.flatMap(({ used }) => used),
  ]
}

const stepState = maybeRow(
  { id: users.id, password: users.password, wrongCodes: value<number>(), now: value<number>() },
  (p) =>
    q
      .select({
        closedUntil: sql<number | null>`(select ${of(counters.expiresAt)} from ${counters}
          where ${of(counters.key)} = ${wrongKey} and ${isFull(p.wrongCodes, p.now)})`.as(
          'closed_until',
        ),
      })
      .from(users)
      .where(isAsProved(p.id, p.password)),
)

// A dead or expired code counts as wrong too. The last one of the window begins the closed time.
const countWrong = statement(
  {
    id: users.id,
    password: users.password,
    isWrong,
    wrongCodes: value<number>(),
    now: value<number>(),
    until: value<number>(),
  },
  (p) =>
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
          .where(sql`${isAsProved(p.id, p.password)} and ${p.isWrong}`),
      )
      .onConflictDoUpdate({
        target: counters.key,
        set: {
          spent: sql`case when ${of(counters.expiresAt)} <= ${p.now} then 1
            else ${of(counters.spent)} + 1 end`,
          expiresAt: sql`case when ${of(counters.expiresAt)} <= ${p.now}
            or ${of(counters.spent)} + 1 >= ${p.wrongCodes} then ${p.until}
            else ${of(counters.expiresAt)} end`,
        },
      }),
)
