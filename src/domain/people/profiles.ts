// One's own profile, at the doors of contracts B, C and D: read, changed, with its picture.
import { eq } from 'drizzle-orm'
import { sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, statement, value } from '../../db/declare'
import {
  accountChange,
  type AccountChanges,
  type Asked,
  changeError,
  changeIssues,
} from '../accounts/changes'
import { type Caller, me, mySession } from '../accounts/sessions/callers'
import type { TokenPair } from '../accounts/sessions/grants'
import { rename } from '../accounts/held-names'
import { type OwnerProof, provingOwner } from '../accounts/passwords/owner-proof'
import { guardPassword, passwordChange } from '../accounts/passwords/password-change'
import { confirmOwner } from '../accounts/passwords/password-check'
import { openNewPassword, openPassword } from '../accounts/passwords/sealed-passwords'
import { readAs, writeAs, writeIf } from '../accounts/sessions/sessions'
import { signAccess } from '../accounts/sessions/tokens'
import { inTurn } from '../accounts/doors/turns'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { foldCase, holdsInvisible } from '../base/fields'
import { startJobs } from '../base/jobs'
import {
  discardPicture,
  type NextAvatar,
  releaseAvatar,
  saveAvatar,
  showAvatar,
} from '../media/media'
import type { Picture } from '../media/pictures/judge'
import { personRecordAlone } from './users'
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

export async function getProfile(ctx: Context, caller: Caller): Promise<Profile> {
  const [[own]] = await readAs(ctx, caller, ownProfile({ caller }))
  return own!
}

/** One's profile, and how many friend requests wait for an answer. */
export async function getDetails(ctx: Context, caller: Caller) {
  const [[own]] = await readAs(ctx, caller, ownDetails({ caller }))
  return own!
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
  const results = await writeAs(ctx, caller, ...accountChange(ctx, asked), ownProfile({ caller }))
  return (results.at(-1) as Profile[])[0]!
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
export async function changeRecord(ctx: Context, caller: Caller, change: OwnChange) {
  const read = ownRecord({ viewer: caller, now: ctx.now() })
  return (await changeOwn(ctx, caller, change, read))[0]!
}

/**
 * Changes what is given, and answers with the profile and a fresh access token.
 * @throws `fields.invalid` (`username_taken`)
 */
export async function changeDetails(ctx: Context, caller: Caller, change: OwnChange) {
  const [own] = await changeOwn(ctx, caller, change, ownSession({ caller, session: caller }))
  const { sessionId, tokensSince, ...profile } = own!
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
    const results = await writeIf(
      ctx,
      caller,
      () => whyNot(ctx, asked),
      ...name,
      ...accountChange(ctx, asked),
      ...(next
        ? [...releaseAvatar(ctx, caller, next), showAvatar({ owner: caller, ...next })]
        : []),
      ...(proof?.settle ?? []),
      read,
    )
    if (next || changes.email !== undefined) startJobs(ctx)
    return results.at(-1) as R
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

async function whyNot(ctx: Context, asked: Asked): Promise<DomainError | null> {
  const [[found]] = await readAs(ctx, asked.caller, changeIssues(ctx, asked))
  return changeError(ctx, found)
}

/** What is only changed by somebody who knows the password; passwords may be encrypted for our key. */
export type SensitiveChange = {
  currentPassword: string | undefined
  newPassword: string | undefined
  /** Asks for new tokens in place of all that the caller's session has, where the password changes. */
  renews: boolean
  email: string | undefined
  phoneNumber: string | undefined
}

/**
 * Changes password, address or phone number, all or none; with the new tokens, where there are any.
 * @throws `password.required`, `password.wrong`, `password.sealed_wrong`, `signin.stale`,
 * `tries.exceeded`, `fields.invalid` (`email_taken`, and the rules of a new password)
 */
export function changeSensitive(
  ctx: Context,
  caller: Caller,
  change: SensitiveChange,
): Promise<{ profile: Profile; tokens: TokenPair | null }> {
  return inTurn(ctx, () => changeSensitiveNow(ctx, caller, change))
}

async function changeSensitiveNow(
  ctx: Context,
  caller: Caller,
  { currentPassword, newPassword, renews, ...changes }: SensitiveChange,
): Promise<{ profile: Profile; tokens: TokenPair | null }> {
  const current = currentPassword && (await openPassword(ctx, currentPassword))
  const next = newPassword && (await openNewPassword(ctx, newPassword, 'password'))
  const confirmed = await confirmOwner(ctx, caller, current, 'always')
  const { password: proven } = confirmed
  const wish = next ? { newPassword: next, renews } : undefined
  const change = wish && (await passwordChange(ctx, caller, confirmed, wish))
  const asked: Asked = { caller, id: null, changes, proven }
  // The account first: the password as it was is what proves the owner.
  const work = [guardPassword({ caller, proven }), ...accountChange(ctx, asked)]
  const results = await writeIf(
    ctx,
    caller,
    async () => (await whyNot(ctx, asked)) ?? new DomainError('password.wrong'),
    ...work,
    ...(change?.work ?? []),
    ...confirmed.settle,
    ownProfile({ caller }),
  )
  const profile = (results.at(-1) as Profile[])[0]!
  if (change) return { profile, tokens: await change.finish(results.slice(work.length)) }
  startJobs(ctx)
  return { profile, tokens: null }
}

const ownProfile = statement({ caller: me }, (p) =>
  q.select(profile).from(users).where(eq(users.id, p.caller)),
)

const ownDetails = statement({ caller: me }, (p) =>
  q
    .select({ ...profile, pendingCount: pendingCount(p.caller) })
    .from(users)
    .where(eq(users.id, p.caller)),
)

const ownSession = statement({ caller: me, session: mySession }, (p) =>
  q
    .select({ ...profile, sessionId: sessions.id, tokensSince: sessions.tokensSince })
    .from(users)
    .innerJoin(sessions, eq(sessions.id, p.session))
    .where(eq(users.id, p.caller)),
)

const ownRecord = statement({ viewer: me, now: value<number>() }, (p) =>
  q.select(personRecordAlone(p.viewer, p.now)).from(users).where(eq(users.id, p.viewer)),
)
