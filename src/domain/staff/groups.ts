// Permission groups, as everyone signed in may see them. Who belongs to one is the account's to say.
import { asc, eq, gt } from 'drizzle-orm'
import { groups } from '../../db/schema'
import { q } from '../../db/compile'
import { count, maybeRow, statement, value } from '../../db/declare'
import { type Caller, readAs } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { type Page, type PageOf, toPage } from '../base/paging'

/** A permission group. */
export type Group = { id: number; name: string }

/** All groups, by name; the cursor is the last one's. */
export async function listGroups(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<string>,
): Promise<Page<Group, string>> {
  const given = { after: cursor ?? '', count: limit + 1 }
  const { rows } = await readAs(ctx, caller, { rows: groupsByName(given) })
  return toPage(rows, limit, (last) => last.name)
}

/** @throws `group.missing` */
export async function getGroup(ctx: Context, caller: Caller, id: number): Promise<Group> {
  const { group } = await readAs(ctx, caller, { group: groupById({ id }) })
  if (!group) throw new DomainError('group.missing')
  return group
}

const groupsByName = statement({ after: groups.name, count: value<number>() }, (p) =>
  q
    .select()
    .from(groups)
    .where(gt(groups.name, p.after))
    .orderBy(asc(groups.name))
    .limit(count(p.count)),
)

const groupById = maybeRow({ id: groups.id }, (p) =>
  q.select().from(groups).where(eq(groups.id, p.id)),
)
