// What the export shows of an account, by table, without what would help somebody else (secrets, hashes).
import { eq, sql } from 'drizzle-orm'
import { codes, familiar, groups, identities, memberships, sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { oneRow, statement } from '../../db/declare'
import { of } from '../../db/names'
import { me } from './sessions/callers'

const own = { caller: me }

const account = oneRow(own, (p) =>
  q
    .select({
      id: users.id,
      username: users.username,
      email: users.email,
      hasPassword: sql<boolean>`${of(users.password)} <> ''`.mapWith(Boolean).as('has_password'),
      firstName: users.firstName,
      lastName: users.lastName,
      bio: users.bio,
      phoneNumber: users.phoneNumber,
      dateOfBirth: users.dateOfBirth,
      avatar: users.avatar,
      codeRequired: users.codeRequired,
      joinedAt: users.joinedAt,
      onlineUntil: users.onlineUntil,
    })
    .from(users)
    .where(eq(users.id, p.caller)),
)

const identitiesOf = statement(own, (p) =>
  q
    .select({
      provider: identities.provider,
      subject: identities.subject,
      createdAt: identities.createdAt,
    })
    .from(identities)
    .where(eq(identities.userId, p.caller)),
)

const groupsOf = statement(own, (p) =>
  q
    .select({ id: groups.id, name: groups.name })
    .from(memberships)
    .innerJoin(groups, eq(groups.id, memberships.groupId))
    .where(eq(memberships.userId, p.caller)),
)

// Not their ids: they are in the tokens.
const sessionsOf = statement(own, (p) =>
  q
    .select({
      createdAt: sessions.createdAt,
      lastUsedAt: sessions.lastUsedAt,
      expiresAt: sessions.expiresAt,
      endedAt: sessions.endedAt,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(eq(sessions.userId, p.caller)),
)

const codesOf = statement(own, (p) =>
  q
    .select({ createdAt: codes.createdAt, expiresAt: codes.expiresAt })
    .from(codes)
    .where(eq(codes.userId, p.caller)),
)

const familiarOf = statement(own, (p) =>
  q
    .select({ kind: familiar.kind, seenAt: familiar.seenAt })
    .from(familiar)
    .where(eq(familiar.userId, p.caller)),
)

/** The export's parts of this noun, in the document's order. */
export const held = {
  account,
  identities: identitiesOf,
  groups: groupsOf,
  sessions: sessionsOf,
  codes: codesOf,
  familiar: familiarOf,
}
