// Friends, requests, blocks and conversations, by hand.
import { type Answer, type Asked, isoTime, notBlocked, type Rows } from './asked'
import { record, recordView } from './people'

type Row = Rows[number]

const ownMax = 5001

/** Requests that wait, `own` being the column of the caller and `other` that of the person. */
const pending = (own: string, other: string) => `select friend_requests.id as request_id, users.id,
  username, avatar, updated_at from friend_requests cross join users
  where ${own} = ?1 and users.id = ${other} and status = 'pending' and is_active = 1
    and ${notBlocked('users.id')} order by friend_requests.id limit ?2`

const received = pending('receiver_id', 'sender_id')
const sent = pending('sender_id', 'receiver_id')

/** The newest that were answered, of one direction and one answer. */
const answered = (own: string, other: string, status: string, isSent: number) => `select * from (
  select friend_requests.id as request_id, users.id, username, avatar, updated_at, status,
    ${isSent} as sent from friend_requests cross join users
  where ${own} = ?1 and users.id = ${other} and status = '${status}' and is_active = 1
    and ${notBlocked('users.id')} order by updated_at desc, friend_requests.id desc limit ?2)`

const recent = `${answered('sender_id', 'receiver_id', 'accepted', 1)}
  union all ${answered('sender_id', 'receiver_id', 'rejected', 1)}
  union all ${answered('receiver_id', 'sender_id', 'accepted', 0)}
  union all ${answered('receiver_id', 'sender_id', 'rejected', 0)}
  order by updated_at desc, request_id desc limit ?2`

const summary = ({ id, username, avatar }: Row, { url }: Asked) => {
  const profile_picture = `${url.origin}/media/${avatar || 'avatars/default.png'}`
  return { id, username, profile_picture }
}

const waiting = (side: 'from_user' | 'to_user', asked: Asked) => (row: Row) => ({
  id: row['request_id'],
  [side]: summary(row, asked),
  last_updated: Math.floor(row['updated_at'] / 1000),
})

const request = (row: Row) => ({
  id: String(row['id']),
  request_id: String(row['request_id']),
  username: row['username'],
  status: 'pending',
})

const ownRecord = `select id, ${record} from users where id = ?1`

const conversationsOf = (condition: string) => `select conversations.id, initiator_id, other_id,
    last_message, unread, ${record} from conversation_members
  join conversations on conversations.id = conversation_members.conversation_id
  join users on users.id = other_id
  where user_id = ?1 and ${notBlocked('other_id')} ${condition}`

function conversation(own: Row, row: Row) {
  const message = row['last_message'] === null ? null : JSON.parse(row['last_message'])
  const isOwn = row['initiator_id'] === own['id']
  return {
    conversation_id: row['id'],
    initiator: recordView(isOwn ? own : row),
    receiver: recordView(isOwn ? row : own),
    last_message: message && {
      id: message.id,
      text: message.text,
      attachment: message.attachment === null ? null : `/media/${message.attachment}`,
      timestamp: isoTime(message.sentAt),
      sender: message.senderId || null,
      realSender: message.senderId === own['id'] ? own['username'] : row['username'],
      kind: message.kind,
    },
    unread: row['unread'],
  }
}

export const friends: Record<string, Answer> = {
  'GET /api/friends/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select users.id, request_id, username from friendships cross join users
          where user_id = ? and users.id = friend_id and is_active = 1 order by friend_id limit ?`,
        )
        .bind(me, ownMax),
      db.prepare(received).bind(me, ownMax),
      db.prepare(sent).bind(me, ownMax),
    ],
    view: ([all, incoming, outgoing], { me }) => ({
      current_user_id: String(me),
      friends: all!.map(({ id, request_id, username }) => {
        return { id: String(id), request_id: String(request_id), username }
      }),
      incoming_requests: incoming!.map(request),
      outgoing_requests: outgoing!.map(request),
    }),
  },
  'POST /api/friends/request/<id>/': {
    status: 201,
    statements: (db, { me, now, id }) => [
      db
        .prepare(
          `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
          select ?1, users.id, 'pending', ?3, ?3 from users
          where users.id = ?2 and users.id <> ?1 and is_active = 1 and ${notBlocked('users.id')}
            and not exists (select 1 from friendships where user_id = ?1 and friend_id = users.id)
            and not exists (select 1 from friend_requests
              where sender_id = users.id and receiver_id = ?1 and status = 'pending')
          returning id, sender_id, receiver_id, status`,
        )
        .bind(me, Number(id), now),
    ],
    view: ([rows]) => {
      const { id, sender_id, receiver_id, status } = rows![0]!
      return { id: String(id), sender: String(sender_id), receiver: String(receiver_id), status }
    },
  },
  'GET /users/friends/groups/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select label from friend_labels where user_id = ?1
            and exists (select 1 from friendships where friendships.user_id = ?1
              and friendships.label = friend_labels.label) order by id limit ?2`,
        )
        .bind(me, ownMax),
    ],
    view: ([rows]) => {
      return { code: 0, payload: { groups: ['Default', ...rows!.map(({ label }) => label)] } }
    },
  },
  'GET /users/friends/received_requests/': {
    statements: (db, { me }) => [
      db.prepare(received).bind(me, ownMax),
      db.prepare(recent).bind(me, 5),
    ],
    view: ([all, newest], asked) => ({
      code: 0,
      payload: {
        pending: all!.map(waiting('from_user', asked)),
        recent: newest!.map((row) => ({
          id: row['request_id'],
          user: summary(row, asked),
          status: row['status'],
          last_updated: isoTime(row['updated_at']),
          direction: row['sent'] ? 'to' : 'from',
        })),
      },
    }),
  },
  'GET /users/friends/sent_requests/': {
    statements: (db, { me }) => [db.prepare(sent).bind(me, ownMax)],
    view: ([rows], asked) => {
      return { code: 0, payload: { pending: rows!.map(waiting('to_user', asked)) } }
    },
  },
  'GET /users/blocks/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select users.id, username, avatar, created_at from blocks cross join users
          where users.id = blocked_id and blocker_id = ? and is_active = 1 order by blocked_id limit ?`,
        )
        .bind(me, ownMax),
    ],
    view: ([rows], asked) => {
      const blocks = rows!.map((row) => {
        return { ...summary(row, asked), blocked_at: isoTime(row['created_at']) }
      })
      return { code: 0, payload: { blocks } }
    },
  },
  'GET /conversations/': {
    statements: (db, { me, now }) => [
      db.prepare(ownRecord).bind(me, now),
      db
        .prepare(
          conversationsOf(
            'order by conversation_members.active_at desc, conversation_id desc limit ?3',
          ),
        )
        .bind(me, now, ownMax),
    ],
    view: ([own, rows]) => rows!.map((row) => conversation(own![0]!, row)),
  },
}

/** The conversation itself; its messages are the room's. */
export const oneConversation: Answer = {
  statements: (db, { me, now, id }) => [
    db.prepare(ownRecord).bind(me, now),
    db.prepare(conversationsOf('and conversation_id = ?3')).bind(me, now, Number(id)),
  ],
  view: ([own, rows]) => {
    const { last_message: _last, ...rest } = conversation(own![0]!, rows![0]!)
    return rest
  },
}
