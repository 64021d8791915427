// Invitations to plans: the creator opens one to friends by name, and closes it to them again.
import { and, asc, eq, sql } from 'drizzle-orm'
import { friendships, planInvites, plans, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs, writeAs, writeIf } from '../accounts/sessions/sessions'
import type { Context } from '../base/context'
import { DomainError, type Issue } from '../base/errors'
import { foldCase } from '../base/fields'
import { spendWritten, whyLimited } from '../accounts/spending'
import { planIsThere, planMissing } from './plans'
import { isThereFor } from '../people/visibility'
import { shutOut } from './waitlist'

/** People by account id or by username; both may be given. */
export type Named = { ids: number[]; usernames: string[] }

export type Invited = { userId: number; username: string }

/** Whom the creator has invited, by id. @throws `plan.missing`, `id.invalid`, `permission.denied` */
export async function listInvited(ctx: Context, caller: Caller, planId: string) {
  const [[plan], invited] = await readAs(
    ctx,
    caller,
    planIsThere({ me: caller, id: planId }),
    invitedTo({ me: caller, planId }),
  )
  return forCreator(planId, plan, invited)
}

/**
 * Invites friends: all who are named, or nobody. Inviting again changes nothing.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`, `people.not_friends`, `tries.exceeded`
 */
export async function invite(ctx: Context, caller: Caller, planId: string, people: Named) {
  const named = namesOf(people)
  const most = people.ids.length + people.usernames.length
  const [, , [plan], strangers, invited] = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'invitations', most),
    insertInvites({ me: caller, planId, ...named, now: ctx.now() }),
    spendWritten(ctx, caller, 'invitations'),
    planIsThere({ me: caller, id: planId }),
    strangersAmong({ me: caller, ...named }),
    invitedTo({ me: caller, planId }),
  )
  const answer = forCreator(planId, plan, invited)
  if (strangers.length === 0) return answer
  throw new DomainError('people.not_friends', {
    issues: strangers.map(({ kind, place }): Issue => {
      return kind === 'id'
        ? { path: ['ids'], code: 'no_such_object', detail: people.ids[place]! }
        : { path: ['usernames'], code: 'no_such_username', detail: people.usernames[place]! }
    }),
  })
}

/**
 * Takes invitations back; who can no longer see the plan loses the RSVP. Nobody need be invited.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`
 */
export async function uninvite(ctx: Context, caller: Caller, planId: string, people: Named) {
  const [, , , , [plan], invited] = await writeAs(
    ctx,
    caller,
    deleteInvites({ me: caller, planId, ...namesOf(people) }),
    ...shutOut(caller, planId),
    planIsThere({ me: caller, id: planId }),
    invitedTo({ me: caller, planId }),
  )
  return forCreator(planId, plan, invited)
}

function forCreator(planId: string, plan: { isMine: boolean } | undefined, invited: Invited[]) {
  if (!plan) throw planMissing(planId)
  if (!plan.isMine) throw new DomainError('permission.denied')
  return invited
}

/** As the statements take them: lists are JSON, since a statement has at most 100 parameters. */
function namesOf({ ids, usernames }: Named) {
  return { ids: JSON.stringify(ids), keys: JSON.stringify(usernames.map(foldCase)) }
}

const people = { ids: value<string>(), keys: value<string>() }

const named = (p: { ids: unknown; keys: unknown }) => sql`
  select "users"."id" from json_each(${p.ids}) as "given"
    join ${users} on "users"."id" = "given"."value"
  union select "users"."id" from json_each(${p.keys}) as "given"
    join ${users} on "users"."username_key" = "given"."value"`

/** Those named who are no friends of the caller, by kind and place in the list. */
const strangers = (p: { me: unknown; ids: unknown; keys: unknown }) => sql`
  select 'id' as "kind", "given"."key" as "place" from json_each(${p.ids}) as "given"
    where not exists (select 1 from ${friendships}
      join ${users} on "users"."id" = "friendships"."friend_id" and "users"."is_active" = 1
      where "friendships"."user_id" = ${p.me} and "friendships"."friend_id" = "given"."value")
  union all
  select 'username', "given"."key" from json_each(${p.keys}) as "given"
    where not exists (select 1 from ${users}
      join ${friendships} on "friendships"."user_id" = ${p.me}
        and "friendships"."friend_id" = "users"."id"
      where "users"."username_key" = "given"."value" and "users"."is_active" = 1)`

const strangersAmong = statement({ me, ...people }, (p) =>
  q.all<{ kind: 'id' | 'username'; place: number }>(strangers(p)),
)

const insertInvites = statement(
  { me, planId: plans.id, ...people, now: planInvites.createdAt },
  (p) =>
    q
      .insert(planInvites)
      .select(
        sql`select "plans"."id", "named"."id", ${p.now} from ${plans}
          cross join (${named(p)}) as "named"
          where "plans"."id" = ${p.planId} and "plans"."creator_id" = ${p.me}
            and not exists (${strangers(p)})`,
      )
      .onConflictDoNothing(),
)

const deleteInvites = statement({ me, planId: plans.id, ...people }, (p) =>
  q.delete(planInvites).where(
    sql`"plan_invites"."plan_id" = (select "plans"."id" from ${plans}
      where "plans"."id" = ${p.planId} and "plans"."creator_id" = ${p.me})
      and "plan_invites"."user_id" in (${named(p)})`,
  ),
)

const invitedTo = statement({ me, planId: planInvites.planId }, (p) =>
  q
    .select({ userId: planInvites.userId, username: users.username })
    .from(planInvites)
    .innerJoin(users, eq(users.id, planInvites.userId))
    .where(and(eq(planInvites.planId, p.planId), isThereFor(p.me)))
    .orderBy(asc(planInvites.userId)),
)
