// Staff's part in leaving: who may erase whom, and the leaver's groups.
import { type SQL, sql } from 'drizzle-orm'
import { groups, memberships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of } from '../../db/names'
import { isAdministrator, me, readAs } from '../accounts'
import { isStaff, notBlocked } from '../people'
import type { Caller } from '../base/actor'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import type { Lifecycle } from '../base/lifecycle'
import { isLastAdministrator } from './administration'

const parameters = { viewer: me, id: users.id }
type Parts = Record<keyof typeof parameters, SQL>

const isThere = (p: Parts) => sql`(${of(users.id)} = ${p.id} and ${of(users.leftAt)} is null
  and (${isStaff(p.viewer)} or ${notBlocked(p.viewer, of(users.id))}))`

const isAllowed = (p: Parts) => sql`(${of(users.id)} = ${p.viewer} or ${isAdministrator(p.viewer)})`

const guardLeaving = statement(parameters, (p) =>
  failUnless(sql`exists (select 1 from ${users}
    where ${isThere(p)} and ${isAllowed(p)} and not ${isLastAdministrator})`),
)

const verdictOnLeaving = maybeRow(parameters, (p) =>
  q
    .select({
      isAllowed: sql<boolean>`${isAllowed(p)}`.mapWith(Boolean).as('is_allowed'),
      isLast: sql<boolean>`${isLastAdministrator}`.mapWith(Boolean).as('is_last'),
    })
    .from(users)
    .where(isThere(p)),
)

async function whyNot(ctx: Context, viewer: Caller, id: number): Promise<DomainError | null> {
  const { verdict } = await readAs(ctx, viewer, { verdict: verdictOnLeaving({ viewer, id }) })
  if (!verdict) return new DomainError('person.missing')
  if (!verdict.isAllowed) return new DomainError('permission.denied')
  return verdict.isLast ? new DomainError('administrator.last') : null
}

const eraseMemberships = statement({ id: users.id }, (p) =>
  q.delete(memberships).where(sql`${memberships.userId} = ${p.id}`),
)

/**
 * What staff says of itself.
 * @noun administration, permission groups
 * @after notifications
 */
export const staff = {
  name: 'staff',
  tables: [groups, memberships],
  mayLeave: { guard: (viewer, id) => guardLeaving({ viewer, id }), whyNot },
  erase: (_ctx, id) => [eraseMemberships({ id })],
} satisfies Lifecycle
