// People and the address book, by hand: the SQL as text and the JSON straight out of the rows.
import { type Answer, type Asked, isoTime, notBlocked, type Rows } from './asked'

type Row = Rows[number]

const everybodyMax = 501
const ownMax = 5001

const contactColumns = `id, first_name, last_name, phone_number, birthday, platform, contact_info,
  last_met_date, note, created_at, updated_at`

const contact = (row: Row) => ({
  id: row['id'],
  first_name: row['first_name'],
  last_name: row['last_name'],
  phone_number: row['phone_number'],
  birthday: row['birthday'],
  platform: row['platform'],
  contact_info: row['contact_info'],
  last_met_date: row['last_met_date'],
  note: row['note'],
  created_at: isoTime(row['created_at']),
  updated_at: isoTime(row['updated_at']),
})

/** The columns of a person as contract C shows one; `?2` is now. */
export const record = `username, users.online_until > ?2 as is_connected, avatar,
  (select json_group_array(name) from (
    select friend.username as name from friendships
    join users as friend on friend.id = friendships.friend_id
    where friendships.user_id = users.id and friend.is_active = 1 and ${notBlocked('friend.id')}
    order by friend.username_key limit 50)) as friends,
  (select count(*) from friendships
    join users as friend on friend.id = friendships.friend_id
    where friendships.user_id = users.id and friend.is_active = 1
      and ${notBlocked('friend.id')}) as friends_count`

export const recordView = (row: Row) => ({
  username: row['username'],
  is_connected: row['is_connected'] === 1,
  avatar: `/media/${row['avatar'] || 'avatars/default.png'}`,
  friends: JSON.parse(row['friends']),
  friends_count: row['friends_count'],
})

const person = ({ id, username, first_name, last_name, bio }: Row) => {
  return { id: String(id), username, first_name, last_name, bio }
}

const card = ({ id, username, avatar }: Row, { url }: Asked) => {
  const profile_picture = `${url.origin}/media/${avatar || 'avatars/default.png'}`
  return { id, username, profile_picture }
}

const accountColumns = `id, username, first_name, last_name, is_active, case when users.id = ?1 or ${isStaff()}
    then email else '' end as email,
  (select json_group_array(group_id) from (select group_id from memberships
    where user_id = users.id order by group_id)) as "groups"`

function isStaff(): string {
  return 'exists (select 1 from memberships where user_id = ?1 and group_id in (1, 2))'
}

const account = (row: Row, { url }: Asked) => ({
  url: `${url.origin}/users/${row['id']}/`,
  id: row['id'],
  username: row['username'],
  first_name: row['first_name'],
  last_name: row['last_name'],
  email: row['email'],
  is_active: row['is_active'] === 1,
  groups: JSON.parse(row['groups']).map((id: number) => `${url.origin}/groups/${id}/`),
})

const group = ({ id, name }: Row, { url }: Asked) => {
  return { url: `${url.origin}/groups/${id}/`, id, name }
}

export const people: Record<string, Answer> = {
  'GET /friends/': {
    statements: (db, { me }) => [
      db
        .prepare(`select ${contactColumns} from contacts where owner_id = ? order by id limit ?`)
        .bind(me, ownMax),
    ],
    view: ([rows]) => rows!.map(contact),
  },
  'GET /friends/<id>/': {
    statements: (db, { me, id }) => [
      db
        .prepare(`select ${contactColumns} from contacts where id = ? and owner_id = ?`)
        .bind(Number(id), me),
    ],
    view: ([rows]) => contact(rows![0]!),
  },
  'GET /api/profile/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select id, username, email, first_name, last_name, date_of_birth, bio, joined_at
          from users where id = ?`,
        )
        .bind(me),
    ],
    view: ([rows]) => {
      const { id, joined_at, ...rest } = rows![0]!
      return { id: String(id), ...rest, date_joined: isoTime(joined_at) }
    },
  },
  'GET /api/users/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select id, username, first_name, last_name, bio from users
          where is_active = 1 and ${notBlocked('users.id')} order by id limit ?2`,
        )
        .bind(me, everybodyMax),
    ],
    view: ([rows]) => rows!.slice(0, everybodyMax - 1).map(person),
  },
  'GET /api/users/<id>/': {
    statements: (db, { me, id }) => [
      db
        .prepare(
          `select id, username, first_name, last_name, bio from users
          where id = ?2 and is_active = 1 and ${notBlocked('users.id')}`,
        )
        .bind(me, Number(id)),
    ],
    view: ([rows]) => person(rows![0]!),
  },
  'GET /users/user_list/': {
    statements: (db, { me, now }) => [
      db
        .prepare(
          `select ${record} from users where is_active = 1 and ${notBlocked('users.id')}
          order by username_key limit ?3`,
        )
        .bind(me, now, everybodyMax),
    ],
    view: ([rows]) => rows!.slice(0, everybodyMax - 1).map(recordView),
  },
  'GET /users/friend_list/': {
    statements: (db, { me, now }) => [
      db
        .prepare(
          `select ${record} from friendships as mine cross join users on users.id = mine.friend_id
          where mine.user_id = ?1 and users.is_active = 1 order by users.username_key limit ?3`,
        )
        .bind(me, now, ownMax),
    ],
    view: ([rows]) => rows!.map(recordView),
  },
  'GET /users/profile/': {
    statements: (db, { me, now }) => [
      db.prepare(`select id, email, ${record} from users where id = ?1`).bind(me, now),
    ],
    view: ([rows]) => {
      const { id, email } = rows![0]!
      return { id, ...recordView(rows![0]!), email }
    },
  },
  'GET /users/user_info/<id>/': {
    statements: (db, { me, id }) => [
      db
        .prepare(
          `select users.id, username, avatar, bio, joined_at, label from users
          left join friendships on friendships.user_id = ?1 and friend_id = users.id
          where users.id = ?2 and is_active = 1 and ${notBlocked('users.id')}`,
        )
        .bind(me, Number(id)),
    ],
    view: ([rows], asked) => {
      const row = rows![0]!
      return {
        code: 0,
        payload: {
          ...card(row, asked),
          bio: row['bio'],
          created_time: isoTime(row['joined_at']),
          is_friend: row['label'] !== null,
          group: row['label'],
        },
      }
    },
  },
  'GET /users/search_users/': {
    statements: (db, { me, url }) => [
      db
        .prepare(
          `select id, username, avatar from users
          where username_key = ?2 and is_active = 1 and ${notBlocked('users.id')}`,
        )
        .bind(me, url.searchParams.get('username')),
    ],
    view: ([rows], asked) => ({ code: 0, payload: card(rows![0]!, asked) }),
  },
  'GET /users/search_friends/': {
    statements: (db, { me, url }) => [
      db
        .prepare(
          `select users.id, username, avatar, label from friendships cross join users
          where user_id = ?1 and users.id = friend_id and username_key >= ?2 and username_key < ?3
            and is_active = 1 and ${notBlocked('users.id')} order by friend_id limit ?4`,
        )
        .bind(
          me,
          url.searchParams.get('prefix'),
          `${url.searchParams.get('prefix')}\u{10FFFF}`,
          ownMax,
        ),
    ],
    view: ([rows], asked) => {
      const friends = rows!.map((row) => ({ ...card(row, asked), group: row['label'] }))
      return { code: 0, payload: { friends } }
    },
  },
  'GET /users/user_details/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select id, username, email, bio, phone_number, avatar, joined_at,
          (select count(*) from friend_requests join users as sender on sender.id = sender_id
            where receiver_id = ?1 and status = 'pending' and sender.is_active = 1) as pending_count
          from users where id = ?1`,
        )
        .bind(me),
    ],
    view: ([rows], asked) => {
      const { email, phone_number, bio, joined_at, pending_count, ...rest } = rows![0]!
      const { id, username, profile_picture } = card(rest, asked)
      const created_time = isoTime(joined_at)
      const payload = { id, username, email, phone_number, bio, profile_picture, created_time }
      return { code: 0, payload: { ...payload, pending_count } }
    },
  },
  'GET /users/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select ${accountColumns} from users
          where left_at is null and (${isStaff()} or ${notBlocked('users.id')})
          order by id desc limit ?2`,
        )
        .bind(me, everybodyMax),
    ],
    view: ([rows], asked) => rows!.slice(0, everybodyMax - 1).map((row) => account(row, asked)),
  },
  'GET /users/<id>/': {
    statements: (db, { me, id }) => [
      db
        .prepare(
          `select ${accountColumns} from users
          where id = ?2 and left_at is null and (${isStaff()} or ${notBlocked('users.id')})`,
        )
        .bind(me, Number(id)),
    ],
    view: ([rows], asked) => account(rows![0]!, asked),
  },
  'GET /groups/': {
    statements: (db) => [db.prepare('select id, name from "groups" order by name')],
    view: ([rows], asked) => rows!.map((row) => group(row, asked)),
  },
  'GET /groups/<id>/': {
    statements: (db, { id }) => [
      db.prepare('select id, name from "groups" where id = ?').bind(Number(id)),
    ],
    view: ([rows], asked) => group(rows![0]!, asked),
  },
  'GET /api/sessions/': {
    statements: (db, { me, now }) => [
      db
        .prepare(
          `select id, created_at, last_used_at, user_agent from sessions
          where user_id = ? and ended_at is null and expires_at > ? order by created_at, id limit ?`,
        )
        .bind(me, now, ownMax),
    ],
    view: ([rows], { session }) =>
      rows!.map(({ id, created_at, last_used_at, user_agent }) => ({
        id,
        created_at: isoTime(created_at),
        last_used_at: isoTime(last_used_at),
        user_agent,
        current: id === session,
      })),
  },
  'POST /friends/': {
    status: 201,
    statements: (db, { me, now, body }) => [
      db
        .prepare(
          `insert into contacts (owner_id, first_name, last_name, phone_number, birthday, platform,
            contact_info, last_met_date, note, created_at, updated_at)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?10) returning ${contactColumns}`,
        )
        .bind(
          me,
          body.first_name,
          body.last_name,
          body.phone_number ?? '',
          body.birthday ?? null,
          body.platform ?? '',
          body.contact_info ?? '',
          body.last_met_date ?? null,
          body.note ?? '',
          now,
        ),
    ],
    view: ([rows]) => contact(rows![0]!),
  },
}
