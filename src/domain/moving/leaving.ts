// Leaving: in one batch everything about a person goes, but what docs/storage.md names; a job does
// what lies outside the database.
import { eq, type SQL, sql } from 'drizzle-orm'
import {
  codes,
  conversationMembers,
  conversations,
  familiar,
  identities,
  media,
  memberships,
  refreshTokens,
  sessions,
  users,
} from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { isAdministrator } from '../accounts/record'
import { type Caller, me } from '../accounts/sessions/callers'
import { afterAllSessionsEnded } from '../accounts/sessions/endings'
import { leaveName } from '../accounts/held-names'
import { readAs, writeIf } from '../accounts/sessions/sessions'
import { isLastAdministrator } from '../staff/administration'
import { eraseOf as eraseCalendarOf } from '../plans/calendars'
import { eraseOf as eraseContactsOf } from '../contacts/contacts'
import type { Context, Erasure, JobHandlers, Named } from '../base/context'
import { queueDeserted } from '../chat/deserted'
import { DomainError } from '../base/errors'
import { eraseOf as eraseFriendsOf } from '../friends/friends'
import { jobsFrom, startJobs } from '../base/jobs'
import { namedPerson } from '../base/object-names'
import { eraseOf as erasePlansOf } from '../plans/plans'
import { eraseOf as eraseRsvpsOf } from '../plans/rsvps'
import { eraseOf as eraseUsageOf } from '../accounts/usage'
import { isStaff, notBlocked } from '../people/visibility'

/**
 * Removes an account: one's own, or as an administrator that of `id`. It is inactive and empty at once,
 * all its credentials are dead, and what is outside the database follows (`leaving.outside`).
 * @throws `person.missing`, `permission.denied`, `administrator.last`
 */
export async function leave(ctx: Context, caller: Caller, id?: number): Promise<void> {
  const leaver = id ?? caller.userId ?? (await ownId(ctx, caller))
  const given = { viewer: caller, id: leaver }
  const now = ctx.now()
  const results = await writeIf(
    ctx,
    caller,
    () => whyNot(ctx, given),
    guardLeaving(given),
    ...(await leaveName(ctx, leaver)),
    ...erasure(ctx, leaver, now),
    namedPerson({ id: leaver }),
  )
  startJobs(ctx)
  await afterAllSessionsEnded(ctx, (results.at(-1) as Named[])[0]!, [])
}

/** Everything about an account goes, and jobs are asked for about what is outside. Unawaited. */
export function erasure(ctx: Context, id: number, now: number) {
  return [
    queueOutside({ id, now }),
    queueRooms({ id, now }),
    queueDeserted(ctx, id),
    ...eraseUsageOf(id),
    ...eraseContactsOf(id),
    ...eraseOf(id, now),
    emptyAccount({ id, now }),
  ] as const
}

async function ownId(ctx: Context, caller: Caller): Promise<number> {
  const [[own]] = await readAs(ctx, caller, ownAccount({ caller }))
  return own!.id
}

const ownAccount = statement({ caller: me }, (p) =>
  q.select({ id: users.id }).from(users).where(eq(users.id, p.caller)),
)

// ── Who may ──────────────────────────────────────────────────────────────────────────────────────

type Given = { viewer: Caller; id: number }

async function whyNot(ctx: Context, given: Given): Promise<DomainError | null> {
  const [[verdict]] = await readAs(ctx, given.viewer, verdictOnLeaving(given))
  if (!verdict) return new DomainError('person.missing')
  if (!verdict.isAllowed) return new DomainError('permission.denied')
  return verdict.isLast ? new DomainError('administrator.last') : null
}

const parameters = { viewer: me, id: users.id }
type Parts = Record<keyof typeof parameters, SQL>

const isThere = (p: Parts) => sql`("users"."id" = ${p.id} and "users"."left_at" is null
  and (${isStaff(p.viewer)} or ${notBlocked(p.viewer, sql`"users"."id"`)}))`

const isAllowed = (p: Parts) => sql`("users"."id" = ${p.viewer} or ${isAdministrator(p.viewer)})`

const guardLeaving = statement(parameters, (p) =>
  failUnless(sql`exists (select 1 from ${users}
    where ${isThere(p)} and ${isAllowed(p)} and not ${isLastAdministrator})`),
)

const verdictOnLeaving = statement(parameters, (p) =>
  q
    .select({
      isAllowed: sql<boolean>`${isAllowed(p)}`.mapWith(Boolean).as('is_allowed'),
      isLast: sql<boolean>`${isLastAdministrator}`.mapWith(Boolean).as('is_last'),
    })
    .from(users)
    .where(isThere(p)),
)

// ── What is outside the database ─────────────────────────────────────────────────────────────────

type Outside = {
  keys: string[]
  tokens: { jti: string; expiresAt: number }[]
  /** Not in jobs of the version before. */
  erasure?: Erasure
}

/** R2 removes so many files in one call. */
const keysPerCall = 1000

/** Jobs of this noun. */
export const leavingJobs: JobHandlers = {
  async 'leaving.outside'(ctx, { keys, tokens, erasure: left }: Outside) {
    if (left) await ctx.erasures.note(left)
    for (let at = 0; at < keys.length; at += keysPerCall) {
      await ctx.media.remove(keys.slice(at, at + keysPerCall))
    }
    await ctx.blacklist.add(tokens)
  },
}

// The blacklist only saves work: the sessions are gone, so the database refuses all of them.
const queueOutside = statement({ id: users.id, now: value<number>() }, (p) =>
  jobsFrom({
    kind: 'leaving.outside',
    key: sql`"users"."id"`,
    payload: sql`json_object(
      'erasure', json_object('id', "users"."id", 'object', "users"."object",
        'at', cast(${p.now} as integer)),
      'keys', json((select json_group_array("key") from ${media}
        where "media"."owner_id" = ${p.id} and "media"."kind" = 'avatar')),
      'tokens', json((select json_group_array(json_object('jti', "jti", 'expiresAt', "expires_at"))
        from (select "refresh_tokens"."jti", "refresh_tokens"."expires_at" from ${refreshTokens}
          join ${sessions} on "sessions"."id" = "refresh_tokens"."session_id"
          where "sessions"."user_id" = ${p.id} and "refresh_tokens"."rotated_at" is null
            and "refresh_tokens"."expires_at" > ${p.now} limit 100))))`,
    now: p.now,
    from: sql`from ${users} where "users"."id" = ${p.id}`,
  }),
)

/** Their rooms are closed for writing, and everybody in them leaves the line. */
const queueRooms = statement({ id: users.id, now: value<number>() }, (p) => {
  const at = sql`cast(${p.now} as integer)`
  return jobsFrom({
    kind: 'room.close',
    key: sql`"conversation_id" || ':' || ${at}`,
    payload: sql`json_object('conversationId', "conversation_id", 'at', ${at})`,
    now: at,
    from: sql`from ${conversationMembers} where "user_id" = ${p.id}`,
  })
})

// ── What is in the database, by table ────────────────────────────────────────────────────────────

/** Everything of an account but its row and its contacts. Unawaited. */
function eraseOf(id: number, now: number) {
  return [
    ...eraseFriendsOf(id),
    // RSVPs first: the places that they free go to others.
    ...eraseRsvpsOf(id),
    ...erasePlansOf(id),
    ...eraseCalendarOf(id),
    // Conversations stay readable for the other side.
    closeConversations({ id, now }),
    eraseAvatars({ id }),
    // Credentials; with the sessions go their tokens and tickets (foreign keys).
    eraseSessions({ id }),
    eraseCode({ id }),
    eraseFamiliar({ id }),
    eraseIdentities({ id }),
    eraseMemberships({ id }),
  ] as const
}

const closeConversations = statement({ id: users.id, now: value<number>() }, (p) =>
  q.run(sql`update ${conversations} set "closed_at" = ${p.now} where "closed_at" is null and "id" in (
    select "conversation_id" from ${conversationMembers} where "user_id" = ${p.id})`),
)
const eraseAvatars = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${media} where "owner_id" = ${p.id} and "kind" = 'avatar'`),
)
const eraseSessions = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${sessions} where "user_id" = ${p.id}`),
)
const eraseCode = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${codes} where "user_id" = ${p.id}`),
)
const eraseFamiliar = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${familiar} where "user_id" = ${p.id}`),
)
const eraseIdentities = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${identities} where "user_id" = ${p.id}`),
)
const eraseMemberships = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${memberships} where "user_id" = ${p.id}`),
)

const emptyAccount = statement({ id: users.id, now: value<number>() }, (p) =>
  q
    .update(users)
    .set({
      username: sql`'deleted-' || ${users.id}`,
      usernameKey: sql`'deleted-' || ${users.id}`,
      email: '',
      emailKey: '',
      password: '',
      firstName: '',
      lastName: '',
      bio: '',
      phoneNumber: '',
      dateOfBirth: null,
      avatar: '',
      isActive: false,
      codeRequired: false,
      leftAt: sql`${p.now}`,
      onlineUntil: 0,
    })
    .where(eq(users.id, p.id)),
)
