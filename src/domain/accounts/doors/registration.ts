// Making accounts: one rule for the registrations of all contracts.
import { sql } from 'drizzle-orm'
import { memberships, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement, value } from '../../../db/declare'
import { insertInto } from '../../../db/names'
import type { Context } from '../../base/context'
import { startTelling, toldBy } from '../../base/events'
import { newObjectName } from '../../base/object-names'
import { accountRecord, type AccountRecord } from '../record'
import type { Caller } from '../sessions/callers'
import { type Grant, openSession } from '../sessions/grants'
import { tellOfMade } from '../events'
import { rememberAddress } from '../familiar'
import { hashPassword } from '../passwords/passwords'
import { requireOpenRegistration } from './closed'
import { auditOfMade, isMade } from './made'
import { countRegistration, registrationError } from './registrations'
import {
  isAllowed,
  isNameHeld,
  type Judged,
  judgement,
  judgementOf,
  refusal,
  requireFree,
  standingOf,
  unknownGroups,
} from './standing'
import { writeAs } from '../sessions/sessions'
import { inTurn } from './turns'

/** A new account; what is not given is empty. Fields have passed their rules (`fields.ts`, `unlikeUsername` among them). */
export type NewAccount = {
  username: string
  password: string
  email?: string | undefined
  firstName?: string | undefined
  lastName?: string | undefined
  bio?: string | undefined
  dateOfBirth?: string | null | undefined
  codeRequired?: boolean
  groups?: readonly number[] | undefined
}

/**
 * Makes an account and signs it in, in one batch behind a look at what stands in the way: a password is
 * hashed only for an account that can be made.
 * @throws `fields.invalid` (`username_taken`, `email_taken`), `tries.exceeded`, `registration.closed`
 */
export async function signUp(ctx: Context, account: Omit<NewAccount, 'groups'>): Promise<Grant> {
  requireOpenRegistration(ctx)
  return inTurn(ctx, () => signUpNow(ctx, account))
}

async function signUpNow(ctx: Context, account: Omit<NewAccount, 'groups'>): Promise<Grant> {
  const judged = judgementOf(ctx, account, null)
  const { isHeardOutside } = await requireFree(ctx, judged, null)
  const made = await newAccount(ctx, account, judged)
  const session = openSession(ctx, made.key)
  const { standing, begun, told } = await runBatch(ctx.db, {
    standing: made.standing,
    inserted: made.insert,
    told: isHeardOutside ? made.tell : undefined,
    counted: countRegistration(ctx),
    ...session.work,
    address: rememberAddress(ctx, session.sessionId),
  }).catch(async (error: unknown) => {
    throw await registrationError(ctx, error)
  })
  if (!begun) throw refusal(ctx, standing)
  startTelling(ctx, told)
  return session.grant(begun)
}

/**
 * Makes an account and signs nobody in. Anyone may register into Parents; into other groups, only an
 * administrator (`caller`) may put somebody.
 * @throws `fields.invalid` (also `no_such_object` at `groups`), `permission.denied`, `registration.closed`,
 * and those of the caller's session
 */
export async function register(
  ctx: Context,
  account: NewAccount,
  caller: Caller | null = null,
): Promise<AccountRecord> {
  if (!caller) requireOpenRegistration(ctx)
  return inTurn(ctx, () => registerNow(ctx, account, caller))
}

async function registerNow(
  ctx: Context,
  account: NewAccount,
  caller: Caller | null,
): Promise<AccountRecord> {
  const judged = judgementOf(ctx, account, caller)
  const { isHeardOutside } = await requireFree(ctx, judged, caller)
  const made = await newAccount(ctx, account, judged)
  const work = {
    standing: made.standing,
    inserted: made.insert,
    told: isHeardOutside ? made.tell : undefined,
    // An administrator may register a whole school from one address.
    counted: caller ? undefined : countRegistration(ctx),
    joined: made.join,
    record: recordOf(made.key),
    audited: caller ? auditOfMade(ctx, caller, made.key, { groups: account.groups }) : undefined,
  }
  const { standing, record, told } = caller
    ? await writeAs(ctx, caller, work)
    : await runBatch(ctx.db, work).catch(async (error: unknown) => {
        throw await registrationError(ctx, error)
      })
  if (!record) throw refusal(ctx, standing)
  startTelling(ctx, told)
  return record
}

async function newAccount(ctx: Context, account: NewAccount, judged: Judged) {
  const { username, email = '' } = account
  const { usernameKey, groups } = judged
  const password = await hashPassword(account.password)
  // The hash has a salt of its own, so it also says whether the row is the one we inserted.
  const key = { usernameKey, password }
  return {
    key,
    standing: standingOf(judged),
    insert: insertAccount({
      ...judged,
      username,
      email,
      password,
      firstName: account.firstName ?? '',
      lastName: account.lastName ?? '',
      bio: account.bio ?? '',
      dateOfBirth: account.dateOfBirth ?? null,
      codeRequired: account.codeRequired ?? false,
    }),
    tell: tellOfMade({ ...key, ...toldBy(ctx) }),
    join: joinGroups({ ...key, groups }),
  }
}

const accountColumns = [
  'username',
  'usernameKey',
  'email',
  'emailKey',
  'password',
  'firstName',
  'lastName',
  'bio',
  'dateOfBirth',
  'codeRequired',
  'isActive',
  'object',
  'joinedAt',
] as const

const insertAccount = statement(
  {
    ...judgement,
    username: users.username,
    email: users.email,
    password: users.password,
    firstName: users.firstName,
    lastName: users.lastName,
    bio: users.bio,
    dateOfBirth: users.dateOfBirth,
    codeRequired: users.codeRequired,
  },
  (p) =>
    q.run(sql`${insertInto(users, ...accountColumns)}
      select ${p.username}, ${p.usernameKey}, ${p.email}, ${p.emailKey}, ${p.password},
        ${p.firstName}, ${p.lastName}, ${p.bio}, ${p.dateOfBirth}, ${p.codeRequired}, 1, ${newObjectName},
        ${p.now}
      where ${isAllowed(p)} and not exists (${unknownGroups(p)}) and not ${isNameHeld(p)}
      on conflict do nothing`),
)

const joinGroups = statement(
  { usernameKey: users.usernameKey, password: users.password, groups: value<string>() },
  (p) =>
    q.run(sql`${insertInto(memberships, 'userId', 'groupId')}
      select ${users.id}, chosen.value from ${users} join json_each(${p.groups}) as chosen
      where ${isMade(p)} on conflict do nothing`),
)

const recordOf = maybeRow({ usernameKey: users.usernameKey, password: users.password }, (p) =>
  q.select(accountRecord).from(users).where(isMade(p)),
)
