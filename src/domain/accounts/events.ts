// What an account is told of: who may get in, and how, is another one now. Beside the mails, which are sent
// whatever is preferred.
import { sql } from 'drizzle-orm'
import { familiar, sessions, users } from '../../db/schema'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { isMade } from './doors/made'
import { anEndpointAsks } from '../base/asked'
import { eachItsOwn, type EventKind, tell, telling, type Telling } from '../base/events'

/** Something about the account's safety: `what` says which. */
export const accountSecurity = {
  kind: 'account.security',
  group: eachItsOwn,
  channels: ['feed', 'socket', 'push', 'webhook'],
  locked: ['feed'],
  subject: null,
  isUrgent: true,
} as const satisfies EventKind

const heardOutside = { group: null, channels: ['webhook'], subject: null } as const

/** An account was made, by any door. */
export const accountCreated = { kind: 'account.created', ...heardOutside } satisfies EventKind
/** An account has left. */
export const accountDeleted = { kind: 'account.deleted', ...heardOutside } satisfies EventKind

/** Tells other systems of the accounts of a query of `users`, if one asks. */
export const tellOutside = (kind: EventKind, told: Pick<Telling, 'toldAt' | 'runner' | 'from'>) =>
  tell(kind, {
    toldAt: told.toldAt,
    runner: told.runner,
    stream: sql`'account:' || ${of(users.id)}`,
    to: sql`'[]'`,
    actor: of(users.id),
    data: sql`'{}'`,
    from: sql`${told.from} and ${anEndpointAsks(kind.kind)}`,
  })

/** Tells of an account that this batch has made. Unawaited: goes behind it. */
export const tellOfMade = statement(
  { usernameKey: users.usernameKey, password: users.password, ...telling },
  (p) => tellOutside(accountCreated, { ...p, from: sql`from ${users} where ${isMade(p)}` }),
)

/** Tells of an account that leaves. Unawaited: goes ahead of that. */
export const tellOfLeaver = statement({ id: users.id, ...telling }, (p) =>
  tellOutside(accountDeleted, { ...p, from: sql`from ${users} where ${of(users.id)} = ${p.id}` }),
)

/** What it can be. */
export type SecurityNews = 'password_changed' | 'email_changed' | 'new_sign_in' | 'sign_in_attacked'

/** Tells the accounts of a query of `users`. */
export const tellAccounts = (
  told: Pick<Telling, 'toldAt' | 'runner' | 'from' | 'key'> & { what: Telling['data'] },
) =>
  tell(accountSecurity, {
    toldAt: told.toldAt,
    runner: told.runner,
    from: told.from,
    ...(told.key && { key: told.key }),
    stream: sql`'account:' || ${of(users.id)}`,
    to: sql`json_array(${of(users.id)})`,
    actor: sql`null`,
    data: sql`json_object('what', ${told.what})`,
  })

/** Tells an account. Unawaited. */
export const tellAccount = statement(
  { userId: users.id, what: value<SecurityNews>(), ...telling },
  (p) => tellAccounts({ ...p, from: sql`from ${users} where ${of(users.id)} = ${p.userId}` }),
)

/** Tells an account of a run of wrong passwords, by the time at which it grew long: once. Unawaited. */
export const tellOfAttack = statement({ userId: users.id, at: value<number>(), ...telling }, (p) =>
  tellAccounts({
    ...p,
    what: sql`'sign_in_attacked'`,
    // The cast: D1 binds every number as a REAL.
    key: sql`'attacked:' || ${of(users.id)} || ':' || cast(${p.at} as integer)`,
    from: sql`from ${users} where ${of(users.id)} = ${p.userId}`,
  }),
)

/** Tells of a session that was just written, by a user agent that was not seen before. Unawaited. */
export const tellOfSignIn = statement(
  { userId: users.id, sessionId: sessions.id, hash: familiar.hash, ...telling },
  (p) =>
    tellAccounts({
      ...p,
      what: sql`'new_sign_in'`,
      from: sql`from ${users} where ${of(users.id)} = ${p.userId}
        and exists (select 1 from ${sessions} where ${of(sessions.id)} = ${p.sessionId})
        and not exists (select 1 from ${familiar} where ${of(familiar.userId)} = ${p.userId}
          and ${of(familiar.kind)} = 'agent' and ${of(familiar.hash)} = ${p.hash})`,
    }),
)
