// Permission groups, as everyone signed in may see them. Who belongs to one is the account's to say.
import { asc, eq } from 'drizzle-orm'
import { groups } from '../db/schema'
import { q, statement } from '../db/statements'
import type { Caller } from './accounts/callers'
import { readAs } from './accounts/sessions'
import type { Context } from './context'
import { DomainError } from './errors'

export type Group = { id: number; name: string }

/** All groups, by name. */
export async function listGroups(ctx: Context, caller: Caller): Promise<Group[]> {
  const [rows] = await readAs(ctx, caller, groupsByName({}))
  return rows
}

/** @throws `group.missing` */
export async function getGroup(ctx: Context, caller: Caller, id: number): Promise<Group> {
  const [[group]] = await readAs(ctx, caller, groupById({ id }))
  if (!group) throw new DomainError('group.missing')
  return group
}

const groupsByName = statement({}, () => q.select().from(groups).orderBy(asc(groups.name)))

const groupById = statement({ id: groups.id }, (p) =>
  q.select().from(groups).where(eq(groups.id, p.id)),
)
