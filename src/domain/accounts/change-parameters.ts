// A change of an account as the parameters of its statements (`changes.ts`).
import { type SQL, sql } from 'drizzle-orm'
import { sessions, users } from '../../db/schema'
import { change, changeTo, composite, value } from '../../db/declare'
import type { Context } from '../base/context'
import { emailKey as keyOfEmail, foldCase } from '../base/fields'
import { heldHash } from './held-names'
import { type Caller, me, mySession } from './sessions/callers'

/** New values; what is not there stays. Fields have passed their rules (`fields.ts`). */
export type AccountChanges = Partial<{
  username: string
  email: string
  firstName: string
  lastName: string
  bio: string
  phoneNumber: string
  dateOfBirth: string | null
}>

/**
 * A change of an account: `id` names it, null is the caller's own. `proven` is the stored password that
 * the caller was found to know, as a proof that it is the owner who asks, or null.
 */
export type Asked = {
  caller: Caller
  id: number | null
  changes: AccountChanges
  proven: string | null
  /** What may stand in `changes` only as it is stored already: clients send back all that they show. */
  onlyAsStored?: { username: boolean; email: boolean }
}

/** A parameter: the account that a change is about. */
export const target = composite<Caller & { id: number | null }>(
  (part, isGiven) => sql`coalesce(${part('id')}, ${me.build(part, isGiven)})`,
  ...me.told,
)

/** The values of `parameters` for a change. */
export function valuesOf(ctx: Context, { caller, id, changes, proven, onlyAsStored }: Asked) {
  const { username, email } = changes
  return {
    target: { ...caller, id },
    caller,
    session: caller,
    now: ctx.now(),
    runner: ctx.runner,
    freshSince: ctx.now() - ctx.rules.freshSignIn,
    mostChanges: ctx.rules.emailChanges.most,
    window: ctx.rules.emailChanges.window,
    mostRenames: ctx.rules.renames.most,
    renameWindow: ctx.rules.renames.window,
    proven: proven ?? '',
    keepsUsername: Number(onlyAsStored?.username ?? false),
    keepsEmail: Number(onlyAsStored?.email ?? false),
    username: changeTo(username),
    usernameKey: changeTo(username === undefined ? undefined : foldCase(username)),
    nameHash: username === undefined ? '' : heldHash(ctx, foldCase(username)),
    email: changeTo(email),
    emailKey: changeTo(email === undefined ? undefined : keyOfEmail(email)),
    firstName: changeTo(changes.firstName),
    lastName: changeTo(changes.lastName),
    bio: changeTo(changes.bio),
    phoneNumber: changeTo(changes.phoneNumber),
    dateOfBirth: changeTo(changes.dateOfBirth),
  }
}

/** What all statements of a change are given. */
export const parameters = {
  target,
  caller: me,
  session: mySession,
  now: users.joinedAt,
  runner: value<string>(),
  freshSince: sessions.createdAt,
  mostChanges: value<number>(),
  window: value<number>(),
  mostRenames: value<number>(),
  renameWindow: value<number>(),
  proven: users.password,
  keepsUsername: value<number>(),
  keepsEmail: value<number>(),
  username: change(users.username),
  usernameKey: change(users.usernameKey),
  nameHash: value<string>(),
  email: change(users.email),
  emailKey: change(users.emailKey),
  firstName: change(users.firstName),
  lastName: change(users.lastName),
  bio: change(users.bio),
  phoneNumber: change(users.phoneNumber),
  dateOfBirth: change(users.dateOfBirth),
}
/** The same as SQL. */
export type Parts = Record<keyof typeof parameters, SQL>
