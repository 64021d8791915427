// What is measured: each endpoint with the requests that one call after another makes.
import {
  belongings,
  firstOf,
  people,
  perPerson,
  planPool,
  poolPlanId,
  requestIdOf,
} from './seed.ts'

/** One request. `as` is the account that is signed in, if any, with its session of that number. */
export type Call = {
  method: string
  path: string
  as?: number
  session?: number
  json?: unknown
  /** Headers beside those of the credential and the body. */
  headers?: Record<string, string>
  status: number
}

/** What the calls need to know of the stage. */
export type Cast = {
  crowd: number
  /** People who sign in with a password: their names. */
  signers: readonly string[]
  password: string
  /** A refresh token of each of them. */
  refreshTokens: readonly string[]
}

export type Endpoint = {
  name: string
  /** `service`: asks nothing of anybody, so that it shows what every request costs. */
  kind: 'read' | 'write' | 'service'
  /** Whether it is measured beside the hello-world, too. */
  isBesideHello?: true
  /** The call of that number (from 0 on, never the same number twice in a run). */
  call: (number: number, cast: Cast) => Call
  /** How many calls there can be, where what they use up is limited. */
  most?: number
}

const reader = (number: number) => people.readers[number % people.readers.length]!
const writer = (number: number) => people.writers[number % people.writers.length]!

function read(name: string, path: (as: number, cast: Cast) => string = () => name): Endpoint {
  return {
    name: `GET ${name}`,
    kind: 'read',
    call: (number, cast) => {
      const as = reader(number)
      return { method: 'GET', path: path(as, cast), as, status: 200 }
    },
  }
}

/** The reads, by each of the readers in turn. */
export const reads: Endpoint[] = [
  read('/friends/'),
  read('/friends/<id>/', (as) => `/friends/${firstOf.contact(as)}/`),
  read('/api/profile/'),
  read('/api/users/'),
  read('/api/users/<id>/', (as, { crowd }) => `/api/users/${firstOf.friend(as, crowd)}/`),
  read('/api/friends/'),
  read('/api/plans/'),
  read('/api/plans/?friends=true'),
  read('/api/plans/?mine=true'),
  read('/api/plans/<id>/', (as) => `/api/plans/${firstOf.plan(as)}/`),
  read('/api/plans/<id>/invite/', (as) => `/api/plans/${firstOf.plan(as)}/invite/`),
  read('/api/rsvp/user/'),
  read('/api/rsvp/plan/<id>/', () => `/api/rsvp/plan/${poolPlanId(1)}/`),
  read('/api/sessions/'),
  read('/users/user_list/'),
  read('/users/friend_list/'),
  read('/users/profile/'),
  read(
    '/users/user_info/<id>/',
    (as, { crowd }) => `/users/user_info/${firstOf.friend(as, crowd)}/`,
  ),
  read('/users/search_users/', () => '/users/search_users/?username=m0000002'),
  read('/users/search_friends/', () => '/users/search_friends/?prefix=p'),
  read('/users/user_details/'),
  read('/users/friends/groups/'),
  read('/users/friends/received_requests/'),
  read('/users/friends/sent_requests/'),
  read('/users/blocks/'),
  read('/users/'),
  read('/users/<id>/', (as, { crowd }) => `/users/${firstOf.friend(as, crowd)}/`),
  read('/groups/'),
  read('/groups/<id>/', () => '/groups/1/'),
  read('/conversations/'),
  read('/conversations/<id>/', (as) => `/conversations/${firstOf.conversation(as)}/`),
]

const taro = {
  first_name: 'Taro',
  last_name: 'Yamada',
  phone_number: '+81312345678',
  birthday: '1990-02-28',
}

const signIn: Endpoint = {
  name: 'POST /accounts/login/',
  kind: 'write',
  call: (number, { signers, password }) => ({
    method: 'POST',
    path: '/accounts/login/',
    json: { username: signers[number % signers.length], password },
    status: 200,
  }),
}

const createContact: Endpoint = {
  name: 'POST /friends/',
  kind: 'write',
  call: (number) => ({
    method: 'POST',
    path: '/friends/',
    as: writer(number),
    json: taro,
    status: 201,
  }),
}

/** A path that nobody answers: the pipeline alone, without a database. */
export const nowhere: Endpoint = {
  name: 'GET /nowhere/',
  kind: 'service',
  isBesideHello: true,
  call: () => ({ method: 'GET', path: '/nowhere/', status: 404 }),
}

const health: Endpoint = {
  name: 'GET /health',
  kind: 'service',
  isBesideHello: true,
  call: () => ({ method: 'GET', path: '/health', status: 200 }),
}

const refresh: Endpoint = {
  name: 'POST /accounts/refresh/',
  kind: 'write',
  isBesideHello: true,
  call: (number, { refreshTokens }) => ({
    method: 'POST',
    path: '/accounts/refresh/',
    json: { refresh: refreshTokens[number % refreshTokens.length] },
    status: 200,
  }),
}

// Each to somebody new, of the crowd behind one's own friends and requests.
const askFriend: Endpoint = {
  name: 'POST /api/friends/request/<id>/',
  kind: 'write',
  isBesideHello: true,
  call: (number, { crowd }) => {
    const nth = perPerson + Math.floor(number / people.writers.length)
    if (nth >= crowd)
      throw new Error(`Everybody was asked: more than ${crowd} --people are needed.`)
    const as = writer(number)
    const path = `/api/friends/request/${firstOf.friend(as, crowd, nth)}/`
    return { method: 'POST', path, as, status: 201 }
  },
}

// Each on a new plan; after the last plan, the next person begins with the first.
const createRsvp: Endpoint = {
  name: 'POST /api/rsvp/add/',
  kind: 'write',
  isBesideHello: true,
  call: (number) => ({
    method: 'POST',
    path: '/api/rsvp/add/',
    as: writer(number + Math.floor(number / (planPool - belongings.rsvps))),
    json: {
      plan_id: poolPlanId(belongings.rsvps + (number % (planPool - belongings.rsvps))),
      status: 'going',
    },
    status: 201,
  }),
}

/** The writes that the bare Worker knows too. */
export const comparedWrites: Endpoint[] = [signIn, refresh, createContact, askFriend, createRsvp]

function write(
  name: string,
  status: number,
  call: (number: number, cast: Cast) => Omit<Call, 'method' | 'status'>,
  most?: number,
): Endpoint {
  const method = name.slice(0, name.indexOf(' '))
  return {
    name,
    kind: 'write',
    call: (number, cast) => ({ method, status, ...call(number, cast) }),
    ...(most ? { most } : {}),
  }
}

const { writers } = people
/** The thing of that number, writer by writer: whose it is, and the how manyth of theirs. */
const ofWriters = (number: number, each: number) => {
  return { as: writers[Math.floor(number / each)]!, nth: number % each }
}

const plan = {
  title: 'Picnic',
  location: { address1: '1 Main Street', city: 'Springfield', state: 'IL', zipcode: '62701' },
  start_time: '2030-05-01T10:00:00Z',
  end_time: '2030-05-01T12:00:00Z',
}

/** Everything else that people do, for the price of it. */
export const otherWrites: Endpoint[] = [
  write('POST /accounts/signup/', 201, (number) => ({
    path: '/accounts/signup/',
    json: { username: `newcomer${number}`, password: 'a good password' },
  })),
  write('PATCH /friends/<id>/', 200, (number) => {
    const as = writer(number)
    return { path: `/friends/${firstOf.contact(as)}/`, as, json: { note: `Note ${number}` } }
  }),
  write(
    'DELETE /friends/<id>/',
    204,
    (number) => {
      const { as, nth } = ofWriters(number, belongings.contacts - 1)
      return { path: `/friends/${firstOf.contact(as) + 1 + nth}/`, as }
    },
    writers.length * (belongings.contacts - 1),
  ),
  write('PATCH /api/profile/update/', 200, (number) => ({
    path: '/api/profile/update/',
    as: writer(number),
    json: { bio: `Number ${number}` },
  })),
  write(
    'POST /users/friends/respond/<id>/',
    200,
    (number) => {
      const { as, nth } = ofWriters(number, belongings.received)
      const json = { response: 'accept' }
      return { path: `/users/friends/respond/${requestIdOf.received(as, nth)}/`, as, json }
    },
    writers.length * belongings.received,
  ),
  write(
    'DELETE /users/friends/delete/<id>/',
    200,
    (number, { crowd }) => {
      const { as, nth } = ofWriters(number, belongings.friends)
      return { path: `/users/friends/delete/${firstOf.friend(as, crowd, nth)}/`, as }
    },
    writers.length * belongings.friends,
  ),
  write('POST /api/plans/add/', 201, (number) => ({
    path: '/api/plans/add/',
    as: writer(number),
    json: plan,
  })),
  write('POST /conversations/start/', 200, (number) => {
    const pair = 2 * (number % 16)
    const [as, other] = [people.chatters[pair]!, people.chatters[pair + 1]!]
    const username = `m${String(other).padStart(7, '0')}`
    return { path: '/conversations/start/', as, json: { username } }
  }),
  write('POST /ws/ticket/', 201, (number) => ({ path: '/ws/ticket/', as: writer(number) })),
  write(
    'POST /auth/logout/',
    200,
    (number) => ({ path: '/auth/logout/', as: writers[number]!, session: 2 }),
    writers.length,
  ),
]

export const compared = [nowhere, health, ...reads, ...comparedWrites]

/** Those whose name has it, or with `overhead` those that show what there is around the work. */
export function chosen(only: string): Endpoint[] {
  if (only === overhead) return compared.filter(({ isBesideHello }) => isBesideHello)
  return compared.filter(({ name }) => name.includes(only))
}

/** What `--only` calls the rows beside the hello-world, and the pipeline's stages. */
export const overhead = 'overhead'
