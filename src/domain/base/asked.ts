// Whether anybody outside asks for a kind of event: what is told to webhooks alone is written only then.
import { type SQL, sql } from 'drizzle-orm'
import { webhookEndpoints } from '../../db/schema'
import { of } from '../../db/names'

/** An endpoint is enabled and asks for that kind, or for all; over the 20 rows that there can be. */
export const anEndpointAsks = (kind: SQL | string): SQL =>
  sql`exists (select 1 from ${webhookEndpoints} where ${asksFor(kind)})`

/** The statement's row of endpoints is such a one. */
export const asksFor = (kind: SQL | string): SQL => sql`${of(webhookEndpoints.state)} = 'enabled'
  and exists (select 1 from json_each(${of(webhookEndpoints.kinds)}) as asked
    where asked.value in (${kind}, '*'))`
