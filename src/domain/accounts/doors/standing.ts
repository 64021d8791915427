// What stands in the way of a new account: asked before its password is hashed, which holds up the whole
// isolate, and again by the write itself, whose word holds.
import { type SQL, sql } from 'drizzle-orm'
import { groups, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { oneRow, value } from '../../../db/declare'
import { anEndpointAsks } from '../../base/asked'
import type { Context } from '../../base/context'
import { DomainError, invalid, type Issue } from '../../base/errors'
import { emailKey as keyOfEmail, foldCase } from '../../base/fields'
import { accountCreated } from '../events'
import { heldHash, isHeld } from '../held-names'
import { groupIds, isAdministrator } from '../record'
import { type Caller, meOrNobody, nobody } from '../sessions/callers'
import { readAs } from '../sessions/sessions'
import { forbiddenRegistration } from './closed'
import { closedRegistration, registrationsSoFar } from './registrations'

/** What of a new account may stand in the way. */
type Wanted = {
  username: string
  email?: string | undefined
  groups?: readonly number[] | undefined
}

/** Whether a registration into these groups needs a caller who is an administrator. */
export function needsAdministrator(ctx: Context, groups: readonly number[]): boolean {
  return !ctx.rules.registrationOpen || groups.some((id) => id !== groupIds.parents)
}

/** The values of `judgement` for an account that somebody registers, or `caller` for them. */
export function judgementOf(ctx: Context, wanted: Wanted, caller: Caller | null) {
  const { username, email = '', groups = [] } = wanted
  const usernameKey = foldCase(username)
  return {
    usernameKey,
    emailKey: keyOfEmail(email),
    nameHash: heldHash(ctx, usernameKey),
    now: ctx.now(),
    groups: JSON.stringify(groups),
    privileged: Number(needsAdministrator(ctx, groups)),
    caller: caller ?? nobody,
  }
}
/** A judgement under way. */
export type Judged = ReturnType<typeof judgementOf>

/**
 * Refuses what can be refused without a hash, which holds up the whole isolate. What holds is the write's to say.
 * Answers with the rest that it has read.
 * @throws `fields.invalid`, `tries.exceeded`, `permission.denied`, `registration.closed`, and those of the session
 */
export async function requireFree(
  ctx: Context,
  judged: Judged,
  caller: Caller | null,
): Promise<Standing> {
  const look = {
    standing: standingOf(judged),
    soFar: caller ? undefined : registrationsSoFar(ctx),
  }
  const { standing, soFar } = caller
    ? await readAs(ctx, caller, look)
    : await runBatch(ctx.db, look)
  const { allowed, unknown, usernameTaken, emailTaken } = standing
  if (!allowed || unknown.length > 0 || usernameTaken || emailTaken) throw refusal(ctx, standing)
  const closed = soFar && closedRegistration(ctx, soFar)
  if (closed) throw closed
  return standing
}

/** What stands in the way, as `standingOf` reads it. */
type Standing = {
  allowed: boolean
  unknown: number[]
  usernameTaken: boolean
  emailTaken: boolean
  /** An endpoint asks to hear of new accounts. */
  isHeardOutside: boolean
}

/** The error of what stands in the way. */
export function refusal(
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

/** The parameters of a statement that asks these conditions. */
export const judgement = {
  usernameKey: users.usernameKey,
  emailKey: users.emailKey,
  nameHash: value<string>(),
  now: users.joinedAt,
  groups: value<string>(),
  privileged: value<number>(),
  caller: meOrNobody,
}
type Judgement = Record<keyof typeof judgement, SQL>

/** Who registers may put somebody into these groups. */
export const isAllowed = (p: Judgement) =>
  sql`(${p.privileged} = 0 or ${isAdministrator(p.caller)})`
/** The name is held for others. */
export const isNameHeld = (p: Judgement) => isHeld(p.nameHash, sql`null`, p.now)
/** Those of the groups that are none. */
export const unknownGroups = (p: Judgement) =>
  sql`select value from json_each(${p.groups}) where value not in (select ${groups.id} from ${groups})`

/** What stands in the way, told from before the insert. An empty address is nobody's, so never taken. */
export const standingOf = oneRow(judgement, (p) =>
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
      isHeardOutside: sql<boolean>`${anEndpointAsks(accountCreated.kind)}`
        .mapWith(Boolean)
        .as('is_heard_outside'),
    })
    .from(sql`(select 1)`),
)
