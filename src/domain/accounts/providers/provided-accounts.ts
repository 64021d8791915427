// The account behind what a provider tells of a person: tied to the provider's own id and to nothing else of
// the profile. Made at the first sign-in, once however many ask at the same time.
import { type SQL, sql } from 'drizzle-orm'
import { identities, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement, value } from '../../../db/declare'
import { insertInto, of } from '../../../db/names'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { startTelling, telling, toldBy } from '../../base/events'
import { addJob, startJobs } from '../../base/jobs'
import { newObjectName } from '../../base/object-names'
import type { Profile } from '../../base/providers'
import { requireOpenRegistration } from '../doors/closed'
import { type Grant, openSession } from '../sessions/grants'
import { heldHash, isHeld } from '../held-names'
import { accountCreated, tellOutside } from '../events'
import { rememberAddress } from '../familiar'
import { addressFor, usernamesFor } from './provided-names'
import { newTokenId } from '../sessions/tokens'

/** The picture is tried for so long, in milliseconds; then the account keeps the default one. */
const pictureLife = 24 * 60 * 60_000

/** Signs in who has an account, and makes one for who has none. @throws `account.inactive` */
export async function signInAs(ctx: Context, provider: string, profile: Profile): Promise<Grant> {
  const identity = { provider, subject: profile.subject }
  const session = openSession(ctx, identity, { opaque: true })
  const { known, begun } = await runBatch(ctx.db, {
    known: knownIdentity(identity),
    ...session.work,
    address: rememberAddress(ctx, session.sessionId),
  })
  if (begun) return session.grant(begun)
  if (known) throw new DomainError('account.inactive')
  return signUpAs(ctx, identity, profile)
}

async function signUpAs(ctx: Context, identity: Identity, profile: Profile): Promise<Grant> {
  requireOpenRegistration(ctx)
  const { login, picture } = profile
  const now = ctx.now()
  const names = usernamesFor(login).map((one) => ({ ...one, held: heldHash(ctx, one.key) }))
  const candidates = JSON.stringify(names)
  // Tells the new row from all others until the end of the batch; nobody ever sees it.
  const mark = `!${newTokenId()}`
  const session = openSession(ctx, identity, { opaque: true })
  const { begun, told } = await runBatch(ctx.db, {
    account: insertAccount({ ...identity, candidates, ...addressFor(profile.email), mark, now }),
    identity: insertIdentity({ ...identity, candidates, mark, now }),
    told: tellOfMarked({ ...identity, mark, ...toldBy(ctx) }),
    cleared: clearMark({ ...identity, mark }),
    ...session.work,
    address: rememberAddress(ctx, session.sessionId),
    picture: picture === '' ? undefined : pictureJob(ctx, identity, picture),
  })
  if (!begun) throw new DomainError('account.inactive')
  startJobs(ctx)
  startTelling(ctx, told)
  return session.grant(begun)
}

/** Somebody at a provider: its id for them, and ours for it. */
type Identity = { provider: string; subject: string }

/**
 * What the job that fetches a picture is told. Times in milliseconds. Jobs of a version that knew 42 alone
 * name no provider.
 */
export type PictureJob = { provider?: string; subject: string; link: string; until: number }
/** The kind of that job. */
export const pictureJobKind = 'avatar.fetch'

function pictureJob(ctx: Context, { provider, subject }: Identity, link: string) {
  const payload: PictureJob = { provider, subject, link, until: ctx.now() + pictureLife }
  return addJob(ctx, { kind: pictureJobKind, key: `${provider}:${subject}`, payload })
}

const identity = { provider: identities.provider, subject: identities.subject }

/** The row of `identities`, in whatever statement. */
const isIdentity = (p: { provider: SQL; subject: SQL }) =>
  sql`${of(identities.provider)} = ${p.provider} and ${of(identities.subject)} = ${p.subject}`

/** The account of an identity, as long as it has its mark for a password. */
const isMarked = (p: { provider: SQL; subject: SQL; mark: SQL }) =>
  sql`${of(users.password)} = ${p.mark} and ${of(users.id)} = (select ${of(identities.userId)}
    from ${identities} where ${isIdentity(p)})`

const knownIdentity = maybeRow(identity, (p) =>
  q.select({ userId: identities.userId }).from(identities).where(isIdentity(p)),
)

const accountColumns = [
  'username',
  'usernameKey',
  'email',
  'emailKey',
  'password',
  'object',
  'joinedAt',
] as const

// The first name that is free, and the address if it is: both decided as the row is written.
const insertAccount = statement(
  {
    ...identity,
    candidates: value<string>(),
    email: users.email,
    emailKey: users.emailKey,
    mark: users.password,
    now: users.joinedAt,
  },
  (p) =>
    q.run(sql`${insertInto(users, ...accountColumns)}
      select one.value ->> 'name', one.value ->> 'key',
        iif(mail.taken, '', ${p.email}), iif(mail.taken, '', ${p.emailKey}), ${p.mark},
        ${newObjectName}, ${p.now}
      from json_each(${p.candidates}) as one, (select exists (
        select 1 from ${users} where ${users.emailKey} = ${p.emailKey} and ${users.emailKey} <> ''
      ) as taken) as mail
      where not exists (select 1 from ${identities} where ${isIdentity(p)})
        and not exists (select 1 from ${users} where ${users.usernameKey} = one.value ->> 'key')
        and not ${isHeld(sql`one.value ->> 'held'`, sql`null`, p.now)}
      order by one.key limit 1`),
)

const insertIdentity = statement(
  {
    ...identity,
    candidates: value<string>(),
    mark: users.password,
    now: identities.createdAt,
  },
  (p) =>
    q.run(sql`${insertInto(identities, 'provider', 'subject', 'userId', 'createdAt')}
      select ${p.provider}, ${p.subject}, ${users.id}, ${p.now} from ${users}
      where ${users.usernameKey} in (
          select one.value ->> 'key' from json_each(${p.candidates}) as one)
        and ${users.password} = ${p.mark}`),
)

const tellOfMarked = statement({ ...identity, mark: users.password, ...telling }, (p) =>
  tellOutside(accountCreated, { ...p, from: sql`from ${users} where ${isMarked(p)}` }),
)

const clearMark = statement({ ...identity, mark: users.password }, (p) =>
  q.update(users).set({ password: '' }).where(isMarked(p)),
)
