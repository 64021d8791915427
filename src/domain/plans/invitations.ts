// Invitations to plans: the creator opens one to friends by name, and closes it to them again.
import { sql } from 'drizzle-orm'
import { friendships, planInvites, plans, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, readAs, spendWritten, whyLimited, writeAs, writeIf } from '../accounts'
import { isThereFor, planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError, type Issue } from '../base/errors'
import { startTelling, tell, telling, toldBy } from '../base/events'
import { foldCase } from '../base/fields'
import { type Page, type PageOf, toPage } from '../base/paging'
import { planInvited, planStream } from './events'
import { planMissing } from './plans'
import { shutOut } from './waitlist'

/** People by account id or by username; both may be given. */
export type Named = { ids: number[]; usernames: string[] }

/** Somebody who is invited. */
export type Invited = { userId: number; username: string }

/** What every answer is: a page of those who are invited, by id. */
export type InvitedPage = Page<Invited, number>
type Part = PageOf<number>

/** Whom the creator has invited, by id. @throws `plan.missing`, `id.invalid`, `permission.denied` */
export async function listInvited(
  ctx: Context,
  caller: Caller,
  planId: string,
  part: Part,
): Promise<InvitedPage> {
  const { answer } = await readAs(ctx, caller, { answer: answerOf(caller, planId, part) })
  return forCreator(planId, answer, part)
}

/**
 * Invites friends: all who are named, or nobody. Inviting again changes nothing.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`, `people.not_friends`, `tries.exceeded`
 */
export async function invite(
  ctx: Context,
  caller: Caller,
  planId: string,
  people: Named,
  part: Part,
): Promise<InvitedPage> {
  const named = namesOf(people)
  const most = people.ids.length + people.usernames.length
  const done = await writeIf(ctx, caller, () => whyLimited(ctx, caller, 'invitations', most), {
    told: tellOfInvites({ me: caller, planId, ...named, ...toldBy(ctx) }),
    written: insertInvites({ me: caller, planId, ...named, now: ctx.now() }),
    spent: spendWritten(ctx, caller, 'invitations'),
    strangers: strangersAmong({ me: caller, ...named }),
    answer: answerOf(caller, planId, part),
  })
  startTelling(ctx, done.told)
  const answer = forCreator(planId, done.answer, part)
  if (done.strangers.length === 0) return answer
  throw new DomainError('people.not_friends', { issues: issuesOf(people, done.strangers) })
}

/**
 * Takes invitations back; who can no longer see the plan loses the RSVP. Nobody need be invited.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`
 */
export async function uninvite(
  ctx: Context,
  caller: Caller,
  planId: string,
  people: Named,
  part: Part,
): Promise<InvitedPage> {
  const { answer, promotedTold } = await writeAs(ctx, caller, {
    removed: deleteInvites({ me: caller, planId, ...namesOf(people) }),
    ...shutOut(ctx, caller, planId),
    answer: answerOf(caller, planId, part),
  })
  startTelling(ctx, promotedTold)
  return forCreator(planId, answer, part)
}

/** What every answer is made of. */
const answerOf = (caller: Caller, planId: string, { limit, cursor }: Part) =>
  invitedTo({ me: caller, planId, after: cursor ?? 0, count: limit + 1 })

type InvitedRow = { isMine: 0 | 1; userId: null } | (Invited & { isMine: null })

function forCreator(planId: string, rows: InvitedRow[], { limit }: Part): InvitedPage {
  const [plan, ...invited] = rows
  if (plan?.userId !== null) throw planMissing(planId)
  if (!plan.isMine) throw new DomainError('permission.denied')
  return toPage<Invited, number>(invited as Invited[], limit, (last) => last.userId)
}

type Stranger = { kind: 'id' | 'username'; place: number }

function issuesOf({ ids, usernames }: Named, strangers: Stranger[]): Issue[] {
  const are = new Set(strangers.map(({ kind, place }) => `${kind} ${place}`))
  return [
    ...ids
      .filter((_, place) => are.has(`id ${place}`))
      .map((detail): Issue => ({ path: ['ids'], code: 'no_such_object', detail })),
    ...usernames
      .filter((_, place) => are.has(`username ${place}`))
      .map((detail): Issue => ({ path: ['usernames'], code: 'no_such_username', detail })),
  ]
}

/** As the statements take them: lists are JSON, since a statement has at most 100 parameters. */
function namesOf({ ids, usernames }: Named) {
  return { ids: JSON.stringify(ids), keys: JSON.stringify(usernames.map(foldCase)) }
}

const people = { ids: value<string>(), keys: value<string>() }

const named = (p: { ids: unknown; keys: unknown }) => sql`
  select ${of(users.id)} from json_each(${p.ids}) as given
    join ${users} on ${of(users.id)} = given.value
  union select ${of(users.id)} from json_each(${p.keys}) as given
    join ${users} on ${of(users.usernameKey)} = given.value`

/** Those named who are no friends of the caller, by kind and place in the list. */
const strangers = (p: { me: unknown; ids: unknown; keys: unknown }) => sql`
  select 'id' as kind, given.key as place from json_each(${p.ids}) as given
    where not exists (select 1 from ${friendships}
      join ${users} on ${of(users.id)} = ${of(friendships.friendId)} and ${of(users.isActive)} = 1
      where ${of(friendships.userId)} = ${p.me} and ${of(friendships.friendId)} = given.value)
  union all
  select 'username', given.key from json_each(${p.keys}) as given
    where not exists (select 1 from ${users}
      join ${friendships} on ${of(friendships.userId)} = ${p.me}
        and ${of(friendships.friendId)} = ${of(users.id)}
      where ${of(users.usernameKey)} = given.value and ${of(users.isActive)} = 1)`

const strangersAmong = statement({ me, ...people }, (p) => q.all<Stranger>(strangers(p)))

const insertInvites = statement(
  { me, planId: plans.id, ...people, now: planInvites.createdAt },
  (p) =>
    q
      .insert(planInvites)
      .select(
        sql`select ${of(plans.id)}, named.id, ${p.now} from ${plans}
          cross join (${named(p)}) as named
          where ${of(plans.id)} = ${p.planId} and ${of(plans.creatorId)} = ${p.me}
            and not exists (${strangers(p)})`,
      )
      .onConflictDoNothing(),
)

// With the invitations' own condition, ahead of them.
const tellOfInvites = statement({ me, planId: plans.id, ...people, ...telling }, (p) =>
  tell(planInvited, {
    ...p,
    stream: planStream,
    to: sql`newly.invited`,
    actor: p.me,
    data: sql`json_object('plan_id', ${of(plans.id)})`,
    from: sql`from ${plans} cross join (select json_group_array(named.id) as invited from (${named(p)}) as named
        where named.id <> ${p.me} and not exists (select 1 from ${planInvites}
          where ${of(planInvites.planId)} = ${p.planId} and ${of(planInvites.userId)} = named.id)) as newly
      where ${of(plans.id)} = ${p.planId} and ${of(plans.creatorId)} = ${p.me}
        and newly.invited <> '[]' and not exists (${strangers(p)})`,
  }),
)

const deleteInvites = statement({ me, planId: plans.id, ...people }, (p) =>
  q.delete(planInvites).where(
    sql`${of(planInvites.planId)} = (select ${of(plans.id)} from ${plans}
      where ${of(plans.id)} = ${p.planId} and ${of(plans.creatorId)} = ${p.me})
      and ${of(planInvites.userId)} in (${named(p)})`,
  ),
)

// The plan in front, where it is there for the caller; an order of them all would be a table in between.
const invitedTo = statement(
  { me, planId: plans.id, after: planInvites.userId, count: value<number>() },
  (p) =>
    q.all<InvitedRow>(sql`select ${of(plans.creatorId)} = ${p.me} as isMine, null as userId,
        null as username
      from ${plans} where ${of(plans.id)} = ${p.planId} and ${planIsThereFor(p.me)}
      union all select * from (
        select null, ${of(planInvites.userId)}, ${of(users.username)}
        from ${planInvites} join ${users} on ${of(users.id)} = ${of(planInvites.userId)}
        where ${of(planInvites.planId)} = ${p.planId} and ${of(planInvites.userId)} > ${p.after}
          and ${isThereFor(p.me)}
        order by ${of(planInvites.userId)} limit ${p.count})`),
)
