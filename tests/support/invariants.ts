// What always holds in the database, whatever was killed or failed and when: named queries, each of which
// finds no row. They are plain SQL, for D1 inside workerd as for its file opened from outside.
import { allTables, personColumns } from './person-columns'

/** Two people as one pair, whoever stands first. */
const pairOf = (one: string, other: string) => `min(${one}, ${other}), max(${one}, ${other})`

/** Places taken at the plan in the statement's `plans` row. */
const taken = `(select coalesce(sum(g.guests + 1), 0) from rsvps g
  where g.plan_id = plans.id and g.status = 'going')`

const nothingOfTheLeft = personColumns(allTables)
  .filter(({ kept }) => kept === undefined)
  .map(({ table, column }): [string, string] => [
    `an account that has left stands in ${table}.${column} no more`,
    `select t.* from ${table} t join users on users.id = t.${column} where users.left_at is not null`,
  ])

/** By what each says: a query that finds every breach of it. */
export const invariants: Record<string, string> = {
  'every reference leads somewhere': 'pragma foreign_key_check',

  // ── Accounts and sessions ──
  ...Object.fromEntries(nothingOfTheLeft),
  'an account that has left has an empty row': `select * from users where left_at is not null and (
    username <> 'deleted-' || id or username_key <> username or is_active <> 0 or code_required <> 0
    or online_until <> 0 or listens_until <> 0 or date_of_birth is not null
    or email || email_key || password || first_name || last_name || bio || phone_number || avatar <> '')`,
  'an account that has left keeps no avatar file': `select media.key from media
    join users on users.id = media.owner_id where users.left_at is not null and media.kind = 'avatar'`,
  'a conversation of somebody who has left is closed': `select c.id from conversations c
    join users on users.id in (c.initiator_id, c.receiver_id)
    where users.left_at is not null and c.closed_at is null`,
  'a session has one refresh token that was not rotated': `select s.id, count(r.jti) from sessions s
    left join refresh_tokens r on r.session_id = s.id and r.rotated_at is null
    group by s.id having count(r.jti) <> 1`,
  'a rotated refresh token has a successor in its session': `select r.jti from refresh_tokens r
    left join refresh_tokens n on n.jti = r.successor and n.session_id = r.session_id
    where (r.rotated_at is null) <> (r.successor is null) or (r.successor is not null and n.jti is null)`,
  'a refresh token follows one other at most': `select successor from refresh_tokens
    where successor is not null group by successor having count(*) > 1`,
  'a session has one refresh token that follows no other': `select session_id from refresh_tokens r
    where not exists (select 1 from refresh_tokens p where p.successor = r.jti)
    group by session_id having count(*) <> 1`,
  'a session lasts as long as its newest refresh token': `select s.id from sessions s
    join refresh_tokens r on r.session_id = s.id and r.rotated_at is null
    where r.expires_at <> s.expires_at`,

  // ── Friendship ──
  'a friendship stands on both sides': `select a.* from friendships a
    left join friendships b on b.user_id = a.friend_id and b.friend_id = a.user_id
    where b.user_id is null or b.request_id <> a.request_id`,
  'nobody is a friend of oneself, asks, refuses or blocks oneself': `
    select user_id from friendships where user_id = friend_id
    union all select sender_id from friend_requests where sender_id = receiver_id
    union all select blocker_id from blocks where blocker_id = blocked_id
    union all select refuser_id from refusals where refuser_id = refused_id`,
  'a friendship has its accepted request': `select f.* from friendships f
    left join friend_requests r on r.id = f.request_id and r.status = 'accepted'
      and f.user_id in (r.sender_id, r.receiver_id) and f.friend_id in (r.sender_id, r.receiver_id)
    where r.id is null`,
  'an accepted request has its friendship': `select r.* from friend_requests r
    left join friendships f on f.request_id = r.id and f.user_id = r.sender_id
    where r.status = 'accepted' and f.user_id is null`,
  'a pair has one pending request at most': `select ${pairOf('sender_id', 'receiver_id')}
    from friend_requests where status = 'pending' group by 1, 2 having count(*) > 1`,
  'nobody asks a friend': `select r.* from friend_requests r
    join friendships f on f.user_id = r.sender_id and f.friend_id = r.receiver_id
    where r.status = 'pending'`,
  'a block leaves neither friendship nor request': `select b.* from blocks b
    where exists (select 1 from friendships f
        where f.user_id = b.blocker_id and f.friend_id = b.blocked_id)
      or exists (select 1 from friend_requests r where r.status <> 'rejected'
        and b.blocker_id in (r.sender_id, r.receiver_id)
        and b.blocked_id in (r.sender_id, r.receiver_id))`,

  // ── Conversations ──
  'a pair has one conversation': `select ${pairOf('initiator_id', 'receiver_id')}, count(*)
    from conversations group by 1, 2 having count(*) > 1`,
  'a conversation has its two members': `select c.id from conversations c
    left join conversation_members m on m.conversation_id = c.id
      and m.user_id in (c.initiator_id, c.receiver_id)
      and m.other_id = c.initiator_id + c.receiver_id - m.user_id
    group by c.id having count(m.user_id) <> 2 or count(distinct m.user_id) <> 2`,
  'a member is in a conversation of theirs': `select m.* from conversation_members m
    join conversations c on c.id = m.conversation_id
    where m.user_id not in (c.initiator_id, c.receiver_id)`,
  'friends have an open conversation': `select f.* from friendships f
    left join conversation_members m on m.user_id = f.user_id and m.other_id = f.friend_id
    left join conversations c on c.id = m.conversation_id and c.closed_at is null
    where c.id is null`,
  'a conversation behind a block is closed': `select m.conversation_id from blocks b
    join conversation_members m on m.user_id = b.blocker_id and m.other_id = b.blocked_id
    join conversations c on c.id = m.conversation_id where c.closed_at is null`,
  'a list knows the message that it counts up to': `select id from conversations
    where last_message_id <> coalesce(json_extract(last_message, '$.id'), 0)`,

  // ── Plans ──
  'no plan has more people than places': `select id from plans where capacity < ${taken}`,
  'nobody waits who would fit': `select rsvps.id from rsvps join plans on plans.id = rsvps.plan_id
    where rsvps.status = 'waitlisted' and (plans.capacity is null
      or rsvps.guests + 1 <= plans.capacity - ${taken})`,
  'nobody waits in the place of another': `select plan_id, queued_at from rsvps
    where status = 'waitlisted' group by 1, 2 having count(*) > 1`,
  'a person answers a plan once': `select plan_id, user_id from rsvps group by 1, 2 having count(*) > 1`,

  // ── Files ──
  'an uploaded picture that is shown has its row': `select users.id, users.avatar from users
    left join media on media.key = users.avatar and media.owner_id = users.id
    where users.avatar glob 'avatars/*' and length(users.avatar) > 45 and media.key is null`,
}

/** What holds as well once nothing is under way any more. */
export const atRest: Record<string, string> = {
  // But for those that are for later.
  'no job waits': `select * from jobs where kind <> 'room.erase'`,
}

/** What such queries find: the name of each that finds something, and some of its rows. */
export function breaches(
  queries: Record<string, string>,
  rowsOf: (sql: string) => unknown[],
): string[] {
  return Object.entries(queries).flatMap(([name, sql]) => {
    const rows = rowsOf(sql)
    return rows.length === 0 ? [] : [`not so: ${name}: ${JSON.stringify(rows.slice(0, 3))}`]
  })
}
