// Accounts as contract E administers them: everyone signed in may see them, people change themselves, and
// administrators everybody. The last administrator stays one.
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { groups, memberships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, maybeRow, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { insertInto, of, under } from '../../db/names'
import {
  accountChange,
  afterChange,
  type AccountChanges,
  type AccountRecord,
  accountRecord,
  afterAllSessionsEnded,
  type Asked,
  auditOfOther,
  type Caller,
  changeError,
  changeIssues,
  endAllSessions,
  groupIds,
  isAdministrator,
  issuesFrom,
  me,
  type OwnerProof,
  provingOwner,
  readAs,
  writeIf,
} from '../accounts'
import { isStaff, notBlocked } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { namedPerson } from '../base/object-names'
import { type Page, type PageOf, toPage } from '../base/paging'

/** All accounts but those that have left, newest first. `email` is '' where the viewer may not see it. */
export async function listAccounts(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<number>,
): Promise<Page<AccountRecord, number>> {
  const before = cursor ?? Number.MAX_SAFE_INTEGER
  const read = accountsByAge({ viewer: caller, before, count: limit + 1 })
  const { rows } = await readAs(ctx, caller, { rows: read })
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `person.missing` */
export async function getAccount(ctx: Context, caller: Caller, id: number): Promise<AccountRecord> {
  const { account } = await readAs(ctx, caller, { account: accountById({ viewer: caller, id }) })
  if (!account) throw new DomainError('person.missing')
  return account
}

/** What can be changed of an account; the last two by administrators, unless they are so already. */
export type AccountEdit = Pick<AccountChanges, 'firstName' | 'lastName' | 'email'> & {
  isActive?: boolean | undefined
  groups?: readonly number[] | undefined
}

/**
 * Changes what is given, all or nothing: one's own account, or as an administrator anybody's. `password`
 * is the caller's own, looked at only where the address of an account that has the code switched on changes.
 * @throws `person.missing`, `permission.denied`, `administrator.last`, `tries.exceeded`, `fields.invalid`
 * (`email_taken`, `sign_in_again`, `no_such_object` at `groups`)
 */
export async function editAccount(
  ctx: Context,
  caller: Caller,
  id: number,
  edit: AccountEdit & { password?: string | undefined },
): Promise<AccountRecord> {
  const { isActive, groups, password, ...changes } = edit
  const given = { viewer: caller, id, ...rightsOf(isActive, groups) }
  const isDeactivation = isActive === false
  const write = async (proof: OwnerProof | null) => {
    const asked: Asked = { caller, id, changes, proven: proof?.password ?? null }
    const done = await writeIf(ctx, caller, () => whyNot(ctx, asked, given), {
      guard: guardEdit(given),
      changed: accountChange(ctx, asked),
      activated: isActive === undefined ? undefined : writeActive(given),
      grouped: groups && [leaveGroups(given), joinGroups(given)],
      tryGivenBack: proof?.giveBack,
      person: isDeactivation ? namedPerson({ id }) : undefined,
      ended: isDeactivation ? endAllSessions({ user: id, now: ctx.now() }) : undefined,
      account: editedAccount({ viewer: caller, id }),
      audited: auditOfOther(ctx, caller, {
        action: 'people.edit',
        userId: id,
        change: saidOf(edit),
      }),
    })
    const [person] = done.person ?? []
    if (person) await afterAllSessionsEnded(ctx, person, idsOf(done.ended ?? []))
    afterChange(ctx, asked, done.changed)
    return done.account
  }
  return provingOwner(ctx, caller, password, write)
}

/** What an edit changes, for the audit: flags and ids as they are, of words only that they have changed. */
function saidOf(edit: AccountEdit & { password?: string | undefined }): Record<string, unknown> {
  const said = Object.entries(edit)
    .filter(([name]) => name !== 'password')
    .map(([name, to]) => [name, typeof to === 'string' ? 'changed' : to])
  return Object.fromEntries(said) as Record<string, unknown>
}

const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id)

async function whyNot(ctx: Context, asked: Asked, given: Rights): Promise<DomainError | null> {
  const { verdict, found } = await readAs(ctx, asked.caller, {
    verdict: verdictOnEdit(given),
    found: changeIssues(ctx, asked),
  })
  if (!verdict) return new DomainError('person.missing')
  if (!verdict.isAllowed) return new DomainError('permission.denied')
  const issues = issuesFrom(found)
  if (verdict.unknownGroup !== null) {
    issues.push({ path: ['groups'], code: 'no_such_object', detail: verdict.unknownGroup })
  }
  const reason = changeError(ctx, found, issues)
  if (reason || !verdict.isLast) return reason
  return new DomainError('administrator.last')
}

// ── Who may see ──────────────────────────────────────────────────────────────────────────────────

const isSeenBy = (viewer: SQL) => sql`(${of(users.leftAt)} is null
  and (${isStaff(viewer)} or ${notBlocked(viewer, of(users.id))}))`

const account = (viewer: SQL) => ({
  ...accountRecord,
  email: sql<string>`case when ${of(users.id)} = ${viewer} or ${isStaff(viewer)}
    then ${of(users.email)} else '' end`.as('email'),
})

const accountsByAge = list({ viewer: me, before: users.id, count: value<number>() }, (p) =>
  q
    .select(account(p.viewer))
    .from(users)
    .where(and(lt(users.id, p.before), isSeenBy(p.viewer)))
    .orderBy(desc(users.id))
    .limit(count(p.count)),
)

const seenAccount = { viewer: me, id: users.id }

const selectSeen = (p: Record<keyof typeof seenAccount, SQL>) =>
  q
    .select(account(p.viewer))
    .from(users)
    .where(and(eq(users.id, p.id), isSeenBy(p.viewer)))

const accountById = maybeRow(seenAccount, selectSeen)
/** Behind `guardEdit`, which fails where there is none. */
const editedAccount = oneRow(seenAccount, selectSeen)

// ── Who may change ───────────────────────────────────────────────────────────────────────────────

/** `isActive` is 1 or 0, `groups` a JSON list of ids; null is no change. */
type Rights = { viewer: Caller; id: number; isActive: number | null; groups: string | null }

function rightsOf(isActive: boolean | undefined, groups: readonly number[] | undefined) {
  return {
    isActive: isActive === undefined ? null : Number(isActive),
    groups: groups === undefined ? null : JSON.stringify(groups),
  }
}

const parameters = {
  viewer: me,
  id: users.id,
  isActive: value<number | null>(),
  groups: value<string | null>(),
}
type Parts = Record<keyof typeof parameters, SQL>

const listed = (p: Parts) => sql`(select value from json_each(${p.groups}))`

/** The groups that are given are others than those the account is in. */
const groupsChange = (p: Parts) => sql`(${p.groups} is not null and (
  exists (select 1 from ${memberships} where ${of(memberships.userId)} = ${of(users.id)}
    and ${of(memberships.groupId)} not in ${listed(p)})
  or exists (select 1 from json_each(${p.groups}) where value not in (
    select ${of(memberships.groupId)} from ${memberships}
    where ${of(memberships.userId)} = ${of(users.id)}))))`

// What is so already is no change, and needs no right.
const isAllowed = (p: Parts) => sql`(${isAdministrator(p.viewer)} or (${of(users.id)} = ${p.viewer}
  and coalesce(${p.isActive}, ${of(users.isActive)}) = ${of(users.isActive)}
  and not ${groupsChange(p)}))`

const unknownGroup = (p: Parts) => sql`(select value from json_each(${p.groups})
  where value not in (select ${of(groups.id)} from ${groups}) limit 1)`

/** The statement's `users` row is the only active administrator. */
export const isLastAdministrator = sql`(${of(users.isActive)} = 1
  and ${isAdministrator(of(users.id))}
  and not exists (select 1 from ${memberships}
    join ${users} as other on ${under('other', users.id)} = ${of(memberships.userId)}
    where ${of(memberships.groupId)} = ${sql.raw(String(groupIds.administrators))}
      and ${under('other', users.id)} <> ${of(users.id)} and ${under('other', users.isActive)} = 1))`

const losesLast = (p: Parts) => sql`((coalesce(${p.isActive}, 1) = 0
    or (${p.groups} is not null and ${sql.raw(String(groupIds.administrators))} not in ${listed(p)}))
  and ${isLastAdministrator})`

const guardEdit = statement(parameters, (p) =>
  failUnless(sql`exists (select 1 from ${users} where ${of(users.id)} = ${p.id}
    and ${isSeenBy(p.viewer)} and ${isAllowed(p)} and ${unknownGroup(p)} is null
    and not ${losesLast(p)})`),
)

const verdictOnEdit = maybeRow(parameters, (p) =>
  q
    .select({
      isAllowed: sql<boolean>`${isAllowed(p)}`.mapWith(Boolean).as('is_allowed'),
      unknownGroup: sql<number | null>`${unknownGroup(p)}`.as('unknown_group'),
      isLast: sql<boolean>`${losesLast(p)}`.mapWith(Boolean).as('is_last'),
    })
    .from(users)
    .where(and(eq(users.id, p.id), isSeenBy(p.viewer))),
)

const writeActive = statement(parameters, (p) =>
  q
    .update(users)
    .set({
      isActive: sql`${p.isActive}`,
      onlineUntil: sql`case when ${p.isActive} = 0 then 0 else ${users.onlineUntil} end`,
    })
    .where(eq(users.id, p.id)),
)

const leaveGroups = statement(parameters, (p) =>
  q.run(sql`delete from ${memberships}
    where ${of(memberships.userId)} = ${p.id} and ${of(memberships.groupId)} not in ${listed(p)}`),
)

const joinGroups = statement(parameters, (p) =>
  q.run(sql`${insertInto(memberships, 'userId', 'groupId')}
    select ${p.id}, value from json_each(${p.groups}) where true on conflict do nothing`),
)
