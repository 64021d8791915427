// The statements of endpoints.
import { and, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { q } from '../../db/compile'
import { type Change, change, composite, count, maybeRow, oneRow } from '../../db/declare'
import { statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of } from '../../db/names'
import { me } from '../accounts'

const shown = {
  id: webhookEndpoints.id,
  url: webhookEndpoints.url,
  kinds: webhookEndpoints.kinds,
  description: webhookEndpoints.description,
  state: webhookEndpoints.state,
  disabledReason: webhookEndpoints.disabledReason,
  failingSince: webhookEndpoints.failingSince,
}
const isThere = ne(webhookEndpoints.state, 'deleted')
const thisOne = { id: webhookEndpoints.id }

/** Fails the batch where there are `most` endpoints already. Unawaited, like the others. */
export const guardRoom = statement({ most: value<number>() }, (p) =>
  failUnless(sql`(select count(*) from ${webhookEndpoints}
    where ${of(webhookEndpoints.state)} <> 'deleted') < ${p.most}`),
)

/** An endpoint is there, whatever its state. */
export const isEndpoint = (id: SQL) => sql`exists (select 1 from ${webhookEndpoints}
  where ${of(webhookEndpoints.id)} = ${id} and ${of(webhookEndpoints.state)} <> 'deleted')`

/** Fails the batch where there is no such endpoint. Unawaited. */
export const guardThere = statement(thisOne, (p) => failUnless(isEndpoint(p.id)))

/** Makes one, enabled, and answers it. */
export const insertEndpoint = oneRow(
  {
    url: webhookEndpoints.url,
    kinds: webhookEndpoints.kinds,
    description: webhookEndpoints.description,
    handle: webhookEndpoints.handle,
    sealedSecret: webhookEndpoints.sealedSecret,
    caller: me,
    now: webhookEndpoints.createdAt,
  },
  ({ caller, now, ...p }) =>
    q
      .insert(webhookEndpoints)
      .values({ ...p, createdBy: caller, createdAt: now })
      .returning(shown),
)

/** A page of those that are there, newest first. */
export const endpointsByAge = statement(
  { before: webhookEndpoints.id, count: value<number>() },
  (p) =>
    q
      .select(shown)
      .from(webhookEndpoints)
      .where(and(lt(webhookEndpoints.id, p.before), isThere))
      .orderBy(desc(webhookEndpoints.id))
      .limit(count(p.count)),
)

/** One that is there. */
export const endpointById = maybeRow(thisOne, (p) =>
  q
    .select(shown)
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, p.id), isThere)),
)

/** What the secrets of one that is there are sealed for. */
export const handleOf = maybeRow(thisOne, (p) =>
  q
    .select({ handle: webhookEndpoints.handle })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, p.id), isThere)),
)

/** Changes what is given; `enabled` is 1, 0 or null for neither. Behind `guardThere`. */
export const updateEndpoint = oneRow(
  {
    ...thisOne,
    url: change(webhookEndpoints.url),
    // JSON, as the column has it.
    kinds: composite<Change<string>>(
      (part) => sql`case when ${part('set')} then ${part('to')} else ${webhookEndpoints.kinds} end`,
    ),
    description: change(webhookEndpoints.description),
    enabled: value<number | null>(),
  },
  (p) => {
    const by = (enabled: string, disabled: SQL, stays: SQL) =>
      sql`case ${p.enabled} when 1 then ${sql.raw(enabled)} when 0 then ${disabled} else ${stays} end`
    return q
      .update(webhookEndpoints)
      .set({
        url: p.url,
        kinds: p.kinds,
        description: p.description,
        state: by(`'enabled'`, sql`'disabled'`, of(webhookEndpoints.state)),
        disabledReason: by(`''`, sql`'staff'`, of(webhookEndpoints.disabledReason)),
        failingSince: by(
          'null',
          of(webhookEndpoints.failingSince),
          of(webhookEndpoints.failingSince),
        ),
      })
      .where(and(eq(webhookEndpoints.id, p.id), isThere))
      .returning(shown)
  },
)

/** What an endpoint was still to hear, it will not. Unawaited. */
export const giveUpWaiting = statement(thisOne, (p) =>
  q
    .update(webhookDeliveries)
    .set({ state: 'failed' })
    .where(
      sql`${webhookDeliveries.endpointId} = ${p.id} and ${webhookDeliveries.state} = 'waiting'`,
    ),
)

/** Forgets all of one but its id, for which its deliveries still stand. */
export const emptyEndpoint = statement(thisOne, (p) =>
  q
    .update(webhookEndpoints)
    .set({ state: 'deleted', url: '', description: '', sealedSecret: '', sealedPrevious: '' })
    .where(eq(webhookEndpoints.id, p.id)),
)

/** The secret of today signs until then, beside the one that takes its place. */
export const replaceSecret = statement(
  { ...thisOne, sealed: webhookEndpoints.sealedSecret, until: value<number>() },
  (p) =>
    q
      .update(webhookEndpoints)
      .set({
        sealedPrevious: sql`${of(webhookEndpoints.sealedSecret)}`,
        previousUntil: sql`${p.until}`,
        sealedSecret: p.sealed,
      })
      .where(and(eq(webhookEndpoints.id, p.id), isThere)),
)
