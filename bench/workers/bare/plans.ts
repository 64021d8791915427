// Plans and RSVPs, by hand.
import { type Answer, isoTime, notBlocked, type Rows } from './asked'

type Row = Rows[number]

const pageMax = 501
const ownMax = 5001

const columns = `plans.id, creator_id, title, description, location_name, address1, address2, city,
  state, zipcode, start_time, end_time, timezone, visibility, capacity,
  (select count(*) from rsvps as going where going.plan_id = plans.id and going.status = 'going') as rsvp_count,
  rsvps.id as rsvp_id, rsvps.user_id, rsvps.status, rsvps.guests, rsvps.created_at as rsvp_created_at
  from plans left join rsvps on rsvps.plan_id = plans.id and rsvps.user_id = ?1`

const isThere = `(plans.creator_id = ?1 or (${notBlocked('plans.creator_id')}
  and (plans.visibility = 'everyone'
    or (plans.visibility = 'friends' and exists (select 1 from friendships
      where user_id = plans.creator_id and friend_id = ?1 and agreed = 1))
    or exists (select 1 from plan_invites where plan_id = plans.id and plan_invites.user_id = ?1))))`

const newest = (source: string) => `select * from (select plans.id as id, plans.sort_time as time
  from ${source} order by plans.sort_time desc, plans.id desc limit ?2)`

const open = newest(`plans where visibility = 'everyone' and ${notBlocked('plans.creator_id')}`)
const own = newest('plans where creator_id = ?1')
const ofAgreed = newest(`friendships cross join plans on plans.creator_id = friendships.user_id
  where friend_id = ?1 and agreed = 1 and visibility = 'friends' and ${notBlocked('plans.creator_id')}`)
const ofFriends = newest(`friendships cross join plans on plans.creator_id = friendships.friend_id
  where friendships.user_id = ?1 and ${isThere}`)
const invited = newest(`plan_invites cross join plans on plans.id = plan_invites.plan_id
  where plan_invites.user_id = ?1 and ${notBlocked('plans.creator_id')}`)

const list = (...parts: string[]) => `select ${columns}
  where plans.id in (select id from (${parts.join(' union ')}) order by time desc, id desc limit ?2)
    and ${isThere} order by +plans.sort_time desc, plans.id desc limit ?2`

const lists = {
  all: list(open, own, ofAgreed, invited),
  friends: list(own, ofFriends),
  mine: list(own),
}

function plan(row: Row) {
  return {
    _id: row['id'],
    title: row['title'],
    description: row['description'],
    location: {
      ...(row['location_name'] === '' ? {} : { name: row['location_name'] }),
      address1: row['address1'],
      ...(row['address2'] === '' ? {} : { address2: row['address2'] }),
      city: row['city'],
      state: row['state'],
      zipcode: row['zipcode'],
    },
    start_time: row['start_time'] === null ? null : isoTime(row['start_time']),
    end_time: isoTime(row['end_time']),
    created_by: String(row['creator_id']),
    visibility: row['visibility'],
    capacity: row['capacity'],
    timezone: row['timezone'],
    rsvp_count: row['rsvp_count'],
    rsvp: row['rsvp_id'] === null ? null : ownRsvp(row),
  }
}

const ownRsvp = (row: Row) => ({
  _id: row['rsvp_id'],
  plan_id: row['id'],
  user_id: String(row['user_id']),
  created_at: isoTime(row['rsvp_created_at']),
  status: row['status'],
  guests: row['guests'],
})

const rsvp = ({ id, plan_id, user_id, created_at, status, guests }: Row) => ({
  _id: id,
  plan_id,
  user_id: String(user_id),
  created_at: isoTime(created_at),
  status,
  guests,
})

const planList = (text: string): Answer => ({
  statements: (db, { me }) => [db.prepare(text).bind(me, pageMax)],
  view: ([rows]) =>
    rows!
      .slice(0, pageMax - 1)
      .toReversed()
      .map(plan),
})

const rsvpColumns = 'id, plan_id, user_id, status, guests, created_at'
const planIsThere = `select 1 from plans where plans.id = ?2 and ${isThere}`

/** 24 hex digits, the first eight the time in seconds. */
function newId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(8))
  const seconds = Math.floor(now / 1000).toString(16)
  return seconds + [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const plans: Record<string, Answer> = {
  'GET /api/plans/': planList(lists.all),
  'GET /api/plans/?friends=true': planList(lists.friends),
  'GET /api/plans/?mine=true': planList(lists.mine),
  'GET /api/plans/<id>/': {
    statements: (db, { me, id }) => [
      db.prepare(`select ${columns} where plans.id = ?2 and ${isThere}`).bind(me, id),
    ],
    view: ([rows]) => {
      const data = plan(rows![0]!)
      return { ...data, id: data._id, data }
    },
  },
  'GET /api/plans/<id>/invite/': {
    statements: (db, { me, id }) => [
      db.prepare(planIsThere).bind(me, id),
      db
        .prepare(
          `select user_id, username from plan_invites join users on users.id = user_id
          where plan_id = ?2 and is_active = 1 and ${notBlocked('users.id')} order by user_id`,
        )
        .bind(me, id),
    ],
    view: ([, rows]) => {
      return { data: rows!.map((row) => ({ user_id: String(row['user_id']), ...row })) }
    },
  },
  'GET /api/rsvp/user/': {
    statements: (db, { me }) => [
      db
        .prepare(
          `select ${rsvpColumns} from rsvps where user_id = ?1 and exists (select 1 from plans
            where plans.id = rsvps.plan_id and ${isThere}) order by id limit ?2`,
        )
        .bind(me, ownMax),
    ],
    view: ([rows]) => ({ data: rows!.map(rsvp) }),
  },
  'GET /api/rsvp/plan/<id>/': {
    statements: (db, { me, id }) => [
      db.prepare(planIsThere).bind(me, id),
      db
        .prepare(
          `select ${rsvpColumns} from rsvps where plan_id = ?2 and (user_id = ?1 or exists (
            select 1 from users where users.id = rsvps.user_id and is_active = 1
              and ${notBlocked('users.id')})) order by id limit ?3`,
        )
        .bind(me, id, ownMax),
    ],
    view: ([, rows]) => ({ data: rows!.map(rsvp) }),
  },
  'POST /api/rsvp/add/': {
    status: 201,
    // Without places that are limited: what a plan with them costs more is the service's affair.
    statements: (db, { me, now, body }) => [
      db
        .prepare(
          `insert into rsvps (id, plan_id, user_id, status, guests, queued_at, created_at)
          select ?3, plans.id, ?1, ?4, ?5, ?6, ?6 from plans where plans.id = ?2 and ${isThere}
          on conflict (plan_id, user_id) do nothing returning ${rsvpColumns}`,
        )
        .bind(me, body.plan_id, newId(now), body.status ?? 'going', body.guests ?? 0, now),
    ],
    view: ([rows]) => {
      const data = rsvp(rows![0]!)
      return { message: 'RSVP created', id: data._id, data }
    },
  },
}
