// Accounts' part in leaving, the export, the sweep and the jobs: what lets somebody in, and what an account
// takes up. Its own row is people's.
import { sql } from 'drizzle-orm'
import {
  codes,
  familiar,
  heldNames,
  identities,
  opaqueTokens,
  refreshTokens,
  sessions,
  tickets,
  usage,
  users,
} from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { bare, of } from '../../db/names'
import type { Context, Erasure, JobHandlers } from '../base/context'
import { jobsFrom, kindsOf, mailKinds } from '../base/jobs'
import type { Lifecycle } from '../base/lifecycle'
import { accountCreated, accountDeleted, accountSecurity, tellOfLeaver } from './events'
import { expired } from './expired'
import { held } from './held'
import { leaveName } from './held-names'
import { noticeHandlers } from './notices'
import { afterAllSessionsEnded, endingJobs } from './sessions/endings'
import { eraseOf as eraseUsageOf } from './usage'

/** Everything that lets an account in goes; its credentials are dead at once. */
async function erase(ctx: Context, id: number, now: number) {
  return [
    ...(await leaveName(ctx, id)),
    tellOfLeaver({ id, toldAt: now, runner: '' }),
    queueOutside({ id, now }),
    ...eraseUsageOf(id),
    // With the sessions go their tokens and tickets (foreign keys).
    eraseSessions({ id }),
    eraseCode({ id }),
    eraseFamiliar({ id }),
    eraseIdentities({ id }),
  ]
}

// ── What is outside the database ─────────────────────────────────────────────────────────────────

type Outside = {
  tokens: { jti: string; expiresAt: number }[]
  /** Not in jobs of two versions before. */
  erasure?: Erasure
  /** Pictures, in jobs of the version before; media asks for their removal itself. */
  keys?: string[]
}

/** R2 removes so many files in one call. */
const keysPerCall = 1000

const leavingJobs: JobHandlers = {
  async 'leaving.outside'(ctx, { tokens, erasure, keys = [] }: Outside) {
    if (erasure) await ctx.erasures.note(erasure)
    for (let at = 0; at < keys.length; at += keysPerCall) {
      await ctx.media.remove(keys.slice(at, at + keysPerCall))
    }
    await ctx.blacklist.add(tokens)
  },
}

// Two columns of tables that are joined, for a select around them.
const jti = bare(refreshTokens.jti)
const expiresAt = bare(refreshTokens.expiresAt)

// The blacklist only saves work: the sessions are gone, so the database refuses all of them.
const queueOutside = statement({ id: users.id, now: value<number>() }, (p) =>
  jobsFrom({
    kind: 'leaving.outside',
    key: of(users.id),
    payload: sql`json_object(
      'erasure', json_object('id', ${of(users.id)}, 'object', ${of(users.object)},
        'at', cast(${p.now} as integer)),
      'keys', json_array(),
      'tokens', json((select json_group_array(json_object('jti', ${jti}, 'expiresAt', ${expiresAt}))
        from (select ${of(refreshTokens.jti)}, ${of(refreshTokens.expiresAt)} from ${refreshTokens}
          join ${sessions} on ${of(sessions.id)} = ${of(refreshTokens.sessionId)}
          where ${of(sessions.userId)} = ${p.id} and ${of(refreshTokens.rotatedAt)} is null
            and ${of(refreshTokens.expiresAt)} > ${p.now} limit 100))))`,
    now: p.now,
    from: sql`from ${users} where ${of(users.id)} = ${p.id}`,
  }),
)

// ── What is in the database ──────────────────────────────────────────────────────────────────────

const eraseSessions = statement({ id: users.id }, (p) =>
  q.delete(sessions).where(sql`${sessions.userId} = ${p.id}`),
)
const eraseCode = statement({ id: users.id }, (p) =>
  q.delete(codes).where(sql`${codes.userId} = ${p.id}`),
)
const eraseFamiliar = statement({ id: users.id }, (p) =>
  q.delete(familiar).where(sql`${familiar.userId} = ${p.id}`),
)
const eraseIdentities = statement({ id: users.id }, (p) =>
  q.delete(identities).where(sql`${identities.userId} = ${p.id}`),
)

/**
 * What accounts say of themselves.
 * @noun passwords, tokens, sessions, doors (sign-in, registration), factors (the e-mailed code), providers (42), limits
 * @after base
 */
export const accounts = {
  name: 'accounts',
  tables: [
    identities,
    sessions,
    refreshTokens,
    opaqueTokens,
    tickets,
    codes,
    familiar,
    heldNames,
    usage,
  ],
  events: [accountSecurity, accountCreated, accountDeleted],
  erase,
  left: (ctx, person) => afterAllSessionsEnded(ctx, person, []),
  held,
  sweep: expired,
  jobs: { ...mailKinds(noticeHandlers), ...kindsOf({ ...endingJobs, ...leavingJobs }) },
} satisfies Lifecycle
