// Making accounts: one rule for the registrations of all contracts.
import { type SQL, sql } from 'drizzle-orm'
import { groups, memberships, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, oneRow, statement, value } from '../../../db/declare'
import { insertInto } from '../../../db/names'
import type { Context } from '../../base/context'
import { DomainError, invalid, type Issue } from '../../base/errors'
import { emailKey as keyOfEmail, foldCase } from '../../base/fields'
import { newObjectName } from '../../base/object-names'
import { accountRecord, type AccountRecord, groupIds, isAdministrator } from '../record'
import { type Caller, meOrNobody, nobody } from '../sessions/callers'
import { type Grant, openSession } from '../sessions/grants'
import { heldHash, isHeld } from '../held-names'
import { rememberAddress } from '../familiar'
import { hashPassword } from '../passwords/passwords'
import { auditOfMade, isMade } from './made'
import { forbiddenRegistration, requireOpenRegistration } from './closed'
import { countRegistration, registrationError } from './registrations'
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
 * Makes an account and signs it in, in one batch.
 * @throws `fields.invalid` (`username_taken`, `email_taken`), `tries.exceeded`, `registration.closed`
 */
export async function signUp(ctx: Context, account: Omit<NewAccount, 'groups'>): Promise<Grant> {
  requireOpenRegistration(ctx)
  return inTurn(ctx, () => signUpNow(ctx, account))
}

async function signUpNow(ctx: Context, account: Omit<NewAccount, 'groups'>): Promise<Grant> {
  const made = await newAccount(ctx, account)
  const session = openSession(ctx, made.key)
  const { standing, begun } = await runBatch(ctx.db, {
    standing: made.standing,
    inserted: made.insert,
    counted: countRegistration(ctx),
    ...session.work,
    address: rememberAddress(ctx, session.sessionId),
  }).catch(async (error: unknown) => {
    throw await registrationError(ctx, error)
  })
  if (!begun) throw refusal(ctx, standing)
  return session.grant(begun)
}

/** Whether a registration into these groups needs a caller who is an administrator. */
export function needsAdministrator(ctx: Context, groups: readonly number[]): boolean {
  return !ctx.rules.registrationOpen || groups.some((id) => id !== groupIds.parents)
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
  const made = await newAccount(ctx, account, caller)
  const work = {
    standing: made.standing,
    inserted: made.insert,
    // An administrator may register a whole school from one address.
    counted: caller ? undefined : countRegistration(ctx),
    joined: made.join,
    record: recordOf(made.key),
    audited: caller ? auditOfMade(ctx, caller, made.key, { groups: account.groups }) : undefined,
  }
  const { standing, record } = caller
    ? await writeAs(ctx, caller, work)
    : await runBatch(ctx.db, work).catch(async (error: unknown) => {
        throw await registrationError(ctx, error)
      })
  if (!record) throw refusal(ctx, standing)
  return record
}

async function newAccount(ctx: Context, account: NewAccount, caller: Caller | null = null) {
  const { username, email = '', groups = [] } = account
  const usernameKey = foldCase(username)
  const emailKey = keyOfEmail(email)
  const groupList = JSON.stringify(groups)
  const privileged = Number(needsAdministrator(ctx, groups))
  const nameHash = heldHash(ctx, usernameKey)
  const now = ctx.now()
  const names = { usernameKey, emailKey, nameHash, now }
  const judged = { ...names, groups: groupList, privileged, caller: caller ?? nobody }
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
    join: joinGroups({ ...key, groups: groupList }),
  }
}

type Standing = { allowed: boolean; unknown: number[]; usernameTaken: boolean; emailTaken: boolean }

function refusal(
  ctx: Context,
  { allowed, unknown, usernameTaken, emailTaken }: Standing,
): DomainError {
  if (!allowed && unknown.length === 0) return forbiddenRegistration(ctx)
  const issues: Issue[] = unknown.map((id) => ({
    path: ['groups'],
    code: 'no_such_object',
    detail: id,
  }))
  if (usernameTaken) issues.push({ path: ['username'], code: 'username_taken' })
  if (emailTaken) issues.push({ path: ['email'], code: 'email_taken' })
  return invalid(...issues)
}

const judgement = {
  usernameKey: users.usernameKey,
  emailKey: users.emailKey,
  nameHash: value<string>(),
  now: users.joinedAt,
  groups: value<string>(),
  privileged: value<number>(),
  caller: meOrNobody,
}
type Judgement = Record<keyof typeof judgement, SQL>

const isAllowed = (p: Judgement) => sql`(${p.privileged} = 0 or ${isAdministrator(p.caller)})`
const isNameHeld = (p: Judgement) => isHeld(p.nameHash, sql`null`, p.now)
const unknownGroups = (p: Judgement) =>
  sql`select value from json_each(${p.groups}) where value not in (select ${groups.id} from ${groups})`

// What stands in the way, told from before the insert. An empty address is nobody's, so never taken.
const standingOf = oneRow(judgement, (p) =>
  q
    .select({
      allowed: sql<boolean>`${isAllowed(p)}`.mapWith(Boolean).as('allowed'),
      unknown: sql<number[]>`(select json_group_array(value) from (${unknownGroups(p)}))`
        .mapWith((json: string) => JSON.parse(json) as number[])
        .as('unknown'),
      usernameTaken:
        sql<boolean>`(exists (select 1 from ${users} where ${users.usernameKey} = ${p.usernameKey})
          or ${isNameHeld(p)})`
          .mapWith(Boolean)
          .as('username_taken'),
      emailTaken: sql<boolean>`exists (select 1 from ${users}
        where ${users.emailKey} = ${p.emailKey} and ${users.emailKey} <> '')`
        .mapWith(Boolean)
        .as('email_taken'),
    })
    .from(sql`(select 1)`),
)

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
