// What staff and the service itself did to others: a row in the very batch, its last statement.
import { type SQL, sql } from 'drizzle-orm'
import { audit } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { insertInto } from '../../db/names'
import type { SystemActor } from './actor'
import type { Client, Context } from './context'

/**
 * What was done. `action` is a code of the noun's; `userId` whose it was, `subject` what else it was about;
 * `change` ids, codes and flags, at most 4 KiB, and nobody's words.
 */
export type Act = {
  action: string
  userId: number | null
  subject?: string
  change?: Readonly<Record<string, unknown>>
}

/** The parameters of every statement that writes such a row; `actOf` gives their values. */
export const auditing = {
  actedAt: audit.at,
  action: audit.action,
  subject: audit.subject,
  change: audit.change,
  network: audit.network,
  agent: audit.agent,
}

/** Bytes of a program's name that are kept. */
const maxAgent = 200

/** Their values. */
export function actOf(ctx: Context, { action, subject = '', change = {} }: Omit<Act, 'userId'>) {
  const agent = ctx.client.userAgent.slice(0, maxAgent)
  return { actedAt: ctx.now(), action, subject, change, network: placeOf(ctx.client), agent }
}

/** Where somebody is, coarsely: the /24 of an IPv4 address, the /48 of an IPv6 one. */
function placeOf({ address, site }: Client): string {
  const parts = address.split('.')
  return site || (parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0/24` : '')
}

type Row = Record<keyof typeof auditing, SQL> & {
  actor: SQL
  actorId: SQL
  userId: SQL
  /** `from … where …`: a row of it, a row of the audit. */
  from: SQL
}

/** A statement that writes what was done. */
export function auditFrom({ actedAt, actor, actorId, action, userId, from, ...row }: Row) {
  return q.run(sql`${into} select ${actedAt}, ${actor}, ${actorId}, ${action}, ${userId},
    ${row.subject}, ${row.change}, ${row.network}, ${row.agent} ${from}`)
}

const into = insertInto(
  audit,
  'at',
  'actor',
  'actorId',
  'action',
  'userId',
  'subject',
  'change',
  'network',
  'agent',
)

/** What the service itself did. Unawaited: the last statement of its batch. */
export function auditOfSystem(ctx: Context, { name }: SystemActor, act: Act) {
  return systemRow({ ...actOf(ctx, act), name, userId: act.userId })
}

const systemRow = statement(
  { ...auditing, name: value<string>(), userId: audit.userId },
  ({ name, ...p }) =>
    auditFrom({ ...p, actor: name, actorId: sql`null`, from: sql`from (select 1)` }),
)
