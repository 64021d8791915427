// One's own profile, at the doors of contracts B, C and D: read, changed, with its picture. What only its
// owner's password changes is in `sensitive.ts`.
import { eq } from 'drizzle-orm'
import { sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, oneRow } from '../../db/declare'
import {
  accountChange,
  afterChange,
  type AccountChanges,
  type Asked,
  type Caller,
  changeError,
  changeIssues,
  me,
  mySession,
  type OwnerProof,
  provingOwner,
  readAs,
  rename,
  signAccess,
  writeAs,
  writeIf,
} from '../accounts'
import {
  discardPicture,
  type NextAvatar,
  type Picture,
  releaseAvatar,
  saveAvatar,
  showAvatar,
} from '../media'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { foldCase, holdsInvisible } from '../base/fields'
import { startJobs } from '../base/jobs'
import { ownRecord, type PersonRecord } from './users'
import { pendingCount } from './visibility'

/** All that an account says of itself. Times in milliseconds, `avatar` '' for the default picture. */
export type Profile = {
  id: number
  username: string
  email: string
  firstName: string
  lastName: string
  dateOfBirth: string | null
  bio: string
  phoneNumber: string
  avatar: string
  joinedAt: number
}

const profile = {
  id: users.id,
  username: users.username,
  email: users.email,
  firstName: users.firstName,
  lastName: users.lastName,
  dateOfBirth: users.dateOfBirth,
  bio: users.bio,
  phoneNumber: users.phoneNumber,
  avatar: users.avatar,
  joinedAt: users.joinedAt,
}

/** The caller's own profile. */
export async function getProfile(ctx: Context, caller: Caller): Promise<Profile> {
  const { own } = await readAs(ctx, caller, { own: ownProfile({ caller }) })
  return own
}

/** One's profile, and how many friend requests wait for an answer. */
export async function getDetails(ctx: Context, caller: Caller) {
  const { own } = await readAs(ctx, caller, { own: ownDetails({ caller }) })
  return own
}

/** What needs no proof of any kind. */
export type PlainChanges = Pick<AccountChanges, 'firstName' | 'lastName' | 'bio' | 'dateOfBirth'>

/** Changes what is given, and nothing else. */
export async function changeProfile(
  ctx: Context,
  caller: Caller,
  changes: PlainChanges,
): Promise<Profile> {
  const asked = { caller, id: null, changes, proven: null }
  const { own } = await writeAs(ctx, caller, {
    changed: accountChange(ctx, asked),
    own: ownProfile({ caller }),
  })
  return own
}

/** A picture that was uploaded, or a path for the account to show, which owns nothing. */
export type AvatarChange = { picture: Picture } | NextAvatar

/** A change at a door where people also change their name, picture or address. */
export type OwnChange = {
  changes: AccountChanges
  avatar?: AvatarChange | undefined
  /** Looked at only where the address of an account that has the code switched on changes. */
  password?: string | undefined
}

/**
 * Changes what is given, and answers with the person as contract C shows one.
 * @throws `fields.invalid` (`username_taken`, `email_taken`, `sign_in_again`), `tries.exceeded`
 */
export function changeRecord(
  ctx: Context,
  caller: Caller,
  change: OwnChange,
): Promise<PersonRecord> {
  return changeOwn(ctx, caller, change, ownRecord({ caller, now: ctx.now() }))
}

/**
 * Changes what is given, and answers with the profile and a fresh access token.
 * @throws `fields.invalid` (`username_taken`)
 */
export async function changeDetails(ctx: Context, caller: Caller, change: OwnChange) {
  const own = await changeOwn(ctx, caller, change, ownSession({ caller, session: caller }))
  const { sessionId, tokensSince, ...profile } = own
  const issuer = { userId: profile.id, sessionId, tokensSince }
  return { profile, access: await signAccess(ctx, issuer) }
}

async function changeOwn<R>(
  ctx: Context,
  caller: Caller,
  { changes, avatar, password }: OwnChange,
  read: Bound<R>,
): Promise<R> {
  const upload =
    avatar && 'picture' in avatar ? await saveAvatar(ctx, caller, avatar.picture) : null
  const next = upload === null ? (avatar as NextAvatar | undefined) : pathOf(upload)
  const name = await rename(ctx, caller, changes.username && foldCase(changes.username))
  const write = async (proof: OwnerProof | null) => {
    const asked: Asked = {
      caller,
      id: null,
      changes,
      proven: proof?.password ?? null,
      onlyAsStored: onlyAsStored(changes),
    }
    const { own, changed } = await writeIf(ctx, caller, () => whyNotChanged(ctx, asked), {
      renamed: name,
      changed: accountChange(ctx, asked),
      released: next && releaseAvatar(ctx, caller, next),
      shown: next && showAvatar({ owner: caller, ...next }),
      tryGivenBack: proof?.giveBack,
      own: read,
    })
    if (next) startJobs(ctx)
    afterChange(ctx, asked, changed)
    return own
  }
  try {
    return await provingOwner(ctx, caller, password, write)
  } catch (error) {
    // Only a refusal is sure to have changed nothing: a write whose answer was lost may show the picture by
    // now. Where it does not, the sweep finds it.
    const isRefused = error instanceof DomainError
    if (upload !== null && isRefused) ctx.later(() => discardPicture(ctx, upload))
    throw error
  }
}

/** No address, and a name that would not be taken today, are no change where they are stored. */
function onlyAsStored({ username = '', email }: AccountChanges) {
  return { username: holdsInvisible(username), email: email === '' }
}

const pathOf = (path: string): NextAvatar => ({ path, unlessShown: path })

/** Why a batch was refused that `accountChange` is in, or null where nothing stands in the way by now. */
export async function whyNotChanged(ctx: Context, asked: Asked): Promise<DomainError | null> {
  const { issues } = await readAs(ctx, asked.caller, { issues: changeIssues(ctx, asked) })
  return changeError(ctx, issues)
}

/** The caller's profile. Unawaited. */
export const ownProfile = oneRow({ caller: me }, (p) =>
  q.select(profile).from(users).where(eq(users.id, p.caller)),
)

const ownDetails = oneRow({ caller: me }, (p) =>
  q
    .select({ ...profile, pendingCount: pendingCount(p.caller) })
    .from(users)
    .where(eq(users.id, p.caller)),
)

const ownSession = oneRow({ caller: me, session: mySession }, (p) =>
  q
    .select({ ...profile, sessionId: sessions.id, tokensSince: sessions.tokensSince })
    .from(users)
    .innerJoin(sessions, eq(sessions.id, p.session))
    .where(eq(users.id, p.caller)),
)
