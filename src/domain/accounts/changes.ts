// What an account says of itself: the one statement that changes it, and the rules that hold at every
// door. Names and addresses are unique; an account that needs the e-mailed code guards its address, since
// whoever has that address gets in.
import { type AnyColumn, eq, type SQL, sql } from 'drizzle-orm'
import { counters, sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, maybeRow, statement } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of, under } from '../../db/names'
import type { Context } from '../base/context'
import { type DomainError, invalid, type Issue } from '../base/errors'
import { startTelling, toldAmong } from '../base/events'
import { jobsFrom, startJobs } from '../base/jobs'
import { isFull, spendOrFail, throttledUntil, tryOf } from '../base/counters'
import { type Asked, parameters, type Parts, valuesOf } from './change-parameters'
import { tellAccounts } from './events'
import { addressLetsIn, factors } from './factors/factors'
import { isHeld } from './held-names'

export type { AccountChanges, Asked } from './change-parameters'

/**
 * The statements of a change. Unawaited: they go, under one name, into a `writeIf`, whose reason
 * `changeIssues` reads; call `afterChange` with what they have answered.
 */
export function accountChange(ctx: Context, asked: Asked): Bound<unknown>[] {
  const given = valuesOf(ctx, asked)
  const kept = asked.onlyAsStored?.username ? [guardUsername(given)] : []
  const name = asked.changes.username === undefined ? [] : [spendRename(given)]
  const address = asked.changes.email === undefined ? [] : addressChange(given)
  return [...kept, ...name, ...address, updateAccount(given)]
}

/** Tells of a change behind its answer: the account, and its old address by mail. */
export function afterChange(ctx: Context, asked: Asked, answers: readonly unknown[]): void {
  if (asked.changes.email === undefined) return
  startJobs(ctx)
  startTelling(ctx, toldAmong(answers))
}

/** What stands in the way of a change, as a read that answers a row, or none without the account; see `issuesFrom`. */
export function changeIssues(ctx: Context, asked: Asked) {
  return issuesOfChange(valuesOf(ctx, asked))
}

type Found = {
  usernameUnfit: boolean
  usernameTaken: boolean
  emailTaken: boolean
  emailEmptied: boolean
  ownerUnproven: boolean
  closedUntil: number | null
}

/** The issues out of the row of `changeIssues`. */
export function issuesFrom(found: Found | undefined): Issue[] {
  const issues: Issue[] = []
  if (found?.usernameUnfit) issues.push({ path: ['username'], code: 'bad_username' })
  else if (found?.usernameTaken) issues.push({ path: ['username'], code: 'username_taken' })
  if (found?.emailTaken) issues.push({ path: ['email'], code: 'email_taken' })
  if (found?.emailEmptied) issues.push({ path: ['email'], code: 'blank' })
  else if (found?.ownerUnproven) issues.push({ path: ['email'], code: 'sign_in_again' })
  return issues
}

/** The same as an error; with no issue, that the name or address has changed too often (`tries.exceeded`). */
export function changeError(
  ctx: Context,
  found: Found | undefined,
  issues = issuesFrom(found),
): DomainError | null {
  if (issues.length > 0) return invalid(...issues)
  const until = found?.closedUntil ?? null
  return until === null ? null : throttledUntil(ctx, until)
}

const updateAccount = statement(parameters, (p) =>
  q
    .update(users)
    .set({
      username: p.username,
      usernameKey: p.usernameKey,
      email: p.email,
      emailKey: p.emailKey,
      firstName: p.firstName,
      lastName: p.lastName,
      bio: p.bio,
      phoneNumber: p.phoneNumber,
      dateOfBirth: p.dateOfBirth,
    })
    .where(eq(users.id, p.target)),
)

// ── The name ─────────────────────────────────────────────────────────────────────────────────────

const usernameUnfit = (p: Parts) =>
  sql`(${p.keepsUsername} = 1 and ${of(users.username)} <> ${p.username})`

const guardUsername = statement(parameters, (p) =>
  failUnless(sql`not exists (select 1 from ${users}
    where ${of(users.id)} = ${p.target} and ${usernameUnfit(p)})`),
)

const nameChanges = (p: Parts) => sql`(${of(users.username)} <> ${p.username})`
const renamesKey = (p: Parts) => sql`'renamed/' || cast(${p.target} as integer)`

/** Each takes a name from everybody else, for a while even after it is given up (`held-names.ts`). */
const spendRename = statement(parameters, (p) =>
  spendOrFail({
    tries: sql`${tryOf({ key: renamesKey(p), most: p.mostRenames, window: p.renameWindow })}
      ${whereChanged(p, nameChanges(p))}`,
    units: sql`1`,
    now: p.now,
  }),
)

/** A row where the account is not so yet. */
const whereChanged = (p: Parts, isChanged: SQL) =>
  sql`from ${users} where ${of(users.id)} = ${p.target} and ${isChanged}`

// ── The address ──────────────────────────────────────────────────────────────────────────────────

const addressChange = (given: Parameters<typeof updateAccount>[0]) => [
  guardEmail(given),
  spendChange(given),
  tellOldAddress(given),
  tellOfAddress(given),
  ...forgetWhatWasSent.map((forget) => forget(given)),
]

const emailChanges = (p: Parts) => sql`(${of(users.email)} <> ${p.email})`

/** The owner signed in a moment ago, or has just shown to know the password. */
const ownerIsProven = (p: Parts) => sql`(
  exists (select 1 from ${sessions}
    where ${of(sessions.id)} = ${p.session} and ${of(sessions.createdAt)} > ${p.freshSince})
  or exists (select 1 from ${users} as self where ${under('self', users.id)} = ${p.caller}
    and ${under('self', users.password)} = ${p.proven} and ${p.proven} <> ''))`

const emailEmptied = (p: Parts) =>
  sql`((${p.keepsEmail} = 1 or ${addressLetsIn}) and ${p.email} = '' and ${emailChanges(p)})`

const ownerUnproven = (p: Parts) =>
  sql`(${addressLetsIn} and ${emailChanges(p)} and not ${ownerIsProven(p)})`

const guardEmail = statement(parameters, (p) =>
  failUnless(sql`not exists (select 1 from ${users}
    where ${of(users.id)} = ${p.target} and (${emailEmptied(p)} or ${ownerUnproven(p)}))`),
)

const changesKey = (p: Parts) => sql`'email.changed/' || cast(${p.target} as integer)`

/** Each change may mail somebody who never asked for it. */
const spendChange = statement(parameters, (p) =>
  spendOrFail({
    tries: sql`${tryOf({ key: changesKey(p), most: p.mostChanges, window: p.window })}
      ${whereChanged(p, emailChanges(p))}`,
    units: sql`1`,
    now: p.now,
  }),
)

const tellOldAddress = statement(parameters, (p) =>
  jobsFrom({
    kind: 'mail.email_changed',
    key: sql`${of(users.id)} || ':' || ${of(users.email)}`,
    payload: sql`json_object('userId', ${of(users.id)}, 'to', ${of(users.email)})`,
    now: p.now,
    from: sql`from ${users} where ${of(users.id)} = ${p.target}
      and ${of(users.email)} <> '' and ${emailChanges(p)}`,
  }),
)

const tellOfAddress = statement(parameters, (p) =>
  tellAccounts({
    what: sql`'email_changed'`,
    toldAt: p.now,
    runner: p.runner,
    from: sql`from ${users} where ${of(users.id)} = ${p.target} and ${emailChanges(p)}`,
  }),
)

// It went to the old address: who reads mail there must not get in with it.
const forgetWhatWasSent = factors
  .flatMap(({ forget }) => forget ?? [])
  .map((forget) =>
    statement(parameters, (p) =>
      forget(sql`select ${of(users.id)} from ${users}
        where ${of(users.id)} = ${p.target} and ${emailChanges(p)}`),
    ),
  )

// ── Why not ──────────────────────────────────────────────────────────────────────────────────────

const othersHave = (key: AnyColumn, given: SQL) => sql`exists (select 1 from ${users} as other
  where ${under('other', key)} = ${given} and ${under('other', key)} <> ''
    and ${under('other', users.id)} <> ${of(users.id)})`

const flag = (condition: SQL, name: string) => sql<boolean>`${condition}`.mapWith(Boolean).as(name)

const issuesOfChange = maybeRow(parameters, (p) =>
  q
    .select({
      usernameUnfit: flag(usernameUnfit(p), 'username_unfit'),
      usernameTaken: flag(
        sql`(${othersHave(users.usernameKey, p.usernameKey)}
          or ${isHeld(p.nameHash, p.target, p.now)})`,
        'username_taken',
      ),
      emailTaken: flag(othersHave(users.emailKey, p.emailKey), 'email_taken'),
      emailEmptied: flag(emailEmptied(p), 'email_emptied'),
      ownerUnproven: flag(ownerUnproven(p), 'owner_unproven'),
      closedUntil: sql<number | null>`(select max(${of(counters.expiresAt)}) from ${counters}
        where (${of(counters.key)} = ${changesKey(p)} and ${isFull(p.mostChanges, p.now)}
          and ${emailChanges(p)})
        or (${of(counters.key)} = ${renamesKey(p)} and ${isFull(p.mostRenames, p.now)}
          and ${nameChanges(p)}))`.as('closed_until'),
    })
    .from(users)
    .where(eq(users.id, p.target)),
)
