// Every route of the service with a request that succeeds, and what is answered when the same request is
// sent once more because the answer to the first was lost: the table that the faults are tried with.
import { env } from 'cloudflare:workers'
import { fixtures } from '../support/fixtures'
import { authorize, type Sent } from '../support/fortytwo'
import * as file from '../support/pictures'
import { oneBrowser } from '../support/push'
import { gameNight } from '../support/plans'
import type { Answer, CallOptions, World } from '../support/world'
import { password, type Stage } from './stage'

export type Row = {
  /** As it is registered. */
  route: string
  /** What tells rows of one route apart. */
  what?: string
  path: string | ((stage: Stage) => string)
  /** Without a credential. */
  isPublic?: boolean
  given?: (stage: Stage) => CallOptions
  /** Something that has to be there first. */
  before?: (world: World, stage: Stage) => Promise<void>
  /** The answer to the same request again, after the first was done and its answer lost; else the same status. */
  again?: number
  /** The repetition does it once more: by nature, since the request has no name of its own. */
  isRepeated?: true
  /** All of it happens after the answer, which tells nothing about it. */
  isAfterwards?: true
  /** What a failure may leave behind beside everything and nothing, until it is swept. */
  leaves?: string[]
}

/** Writes nothing. */
export const isReading = ({ route }: Row) =>
  route.startsWith('GET ') && route !== 'GET /oauth/callback'

const json =
  (body: object): Row['given'] =>
  () => ({ json: body })
const signIn = ({ usernames }: Stage) => ({ json: { username: usernames.carol, password } })
const picture =
  (field: string): Row['given'] =>
  () => {
    const form = new FormData()
    form.append(field, new File([file.png()], 'me.png'))
    return { form }
  }
/** A picture that nobody came to show has its row, by which the sweep finds it. */
const unshown = ['media -0 +1, usage -1 +1']
const handshake: Row['given'] = () => ({ headers: { upgrade: 'websocket' } })
let made = 0
/** The browser that comes back from 42. */
let sentTo42: Sent
/** A job that was parked; alice is an administrator. */
const parked = 4_000_000
const park: Row['before'] = async () => {
  await env.DB.prepare(
    `insert into jobs (id, kind, key, payload, due_at, created_at, parked_at)
     values (?1, 'room.erase', 'room.erase:none', '{}', 8.64e15, 0, 4e12)`,
  )
    .bind(parked)
    .run()
}
/** A device of alice's. */
let target = 0
async function subscribe(world: World, { alice }: Stage): Promise<void> {
  const given = { json: oneBrowser, as: alice }
  target = (await world.call('POST', '/api/me/push-subscriptions/', given)).body.id
}
const hook = { url: 'https://hooks.example.net/kith', kinds: ['*'] }
/** A webhook of hers, and what it has heard. */
const heard = { hook: 0, delivery: 0 }
const ofHook =
  (rest = '') =>
  () =>
    `/api/staff/webhooks/${heard.hook}${rest}`
/** Makes alice an administrator. */
async function manage(_world: World, { alice }: Stage): Promise<void> {
  const sql = 'insert into memberships (user_id, group_id) values (?, 1) on conflict do nothing'
  await env.DB.prepare(sql).bind(alice.id).run()
}
async function hear(world: World, stage: Stage): Promise<void> {
  await manage(world, stage)
  const as = stage.alice
  heard.hook = (await world.call('POST', '/api/staff/webhooks/', { json: hook, as })).body.id
  const path = `/api/staff/webhooks/${heard.hook}/test/`
  heard.delivery = (await world.call('POST', path, { as })).body.id
}
/** A name that is nobody's yet, the same for the repetition. */
const fresh = (fields: (name: string) => object) => {
  const name = () => `newcomer-${made}`
  return {
    before: async () => void made++,
    given: (): CallOptions => ({ json: fields(name()) }),
  }
}
const publicly = { isPublic: true } as const
const repeated = { isRepeated: true } as const

const get = (route: string, path: Row['path'] = route, more: Partial<Row> = {}): Row => ({
  route: `GET ${route}`,
  path,
  ...more,
})

export const rows: Row[] = [
  // ── A ──
  {
    route: 'POST /accounts/signup',
    path: '/accounts/signup',
    ...publicly,
    again: 400,
    ...fresh((username) => ({ username, password })),
  },
  {
    route: 'POST /accounts/login',
    path: '/accounts/login',
    ...publicly,
    ...repeated,
    given: signIn,
  },
  {
    route: 'POST /accounts/refresh',
    path: '/accounts/refresh',
    ...publicly,
    given: ({ alice }) => ({ json: { refresh: alice.refresh } }),
  },
  {
    route: 'POST /accounts/logout',
    path: '/accounts/logout',
    again: 401,
    given: ({ alice }) => ({ json: { refresh: alice.refresh } }),
  },
  get('/friends'),
  {
    route: 'POST /friends',
    path: '/friends',
    ...repeated,
    given: json({ first_name: 'Taro', last_name: 'Sato' }),
  },
  get('/friends/:id', ({ contact }) => `/friends/${contact}`),
  {
    route: 'PUT /friends/:id',
    path: ({ contact }) => `/friends/${contact}`,
    given: json({ first_name: 'Taro', last_name: 'Sato' }),
  },
  {
    route: 'PATCH /friends/:id',
    path: ({ contact }) => `/friends/${contact}`,
    given: json({ note: 'new' }),
  },
  { route: 'DELETE /friends/:id', path: ({ contact }) => `/friends/${contact}`, again: 404 },

  // ── B ──
  { route: 'POST /api/token', path: '/api/token', ...publicly, ...repeated, given: signIn },
  {
    route: 'POST /api/token/refresh',
    path: '/api/token/refresh',
    ...publicly,
    given: ({ alice }) => ({ headers: { bearer: `Token ${alice.refresh}` } }),
  },
  {
    route: 'POST /api/register',
    path: '/api/register',
    ...publicly,
    again: 400,
    ...fresh((username) => ({
      username,
      password,
      password_confirm: password,
      email: `${username}@example.org`,
    })),
  },
  get('/api/profile'),
  ...['PUT', 'PATCH'].map((method): Row => ({
    route: `${method} /api/profile/update`,
    path: '/api/profile/update',
    given: json({ bio: 'new' }),
  })),
  get('/api/me'),
  get('/api/users'),
  get('/api/users/cards', ({ ids }) => `/api/users/cards?ids=${ids.bob}`),
  get('/api/users/:id', ({ ids }) => `/api/users/${ids.bob}`),
  get('/api/friends'),
  get('/api/friends/list'),
  {
    route: 'POST /api/friends/request/:id',
    path: ({ ids }) => `/api/friends/request/${ids.carol}`,
    again: 400,
  },
  {
    route: 'POST /api/friends/request/:id',
    what: 'crossed',
    path: ({ ids }) => `/api/friends/request/${ids.dan}`,
    again: 400,
  },
  {
    route: 'POST /api/friends/respond/:id',
    path: ({ requests }) => `/api/friends/respond/${requests.dan}`,
    given: json({ action: 'accept' }),
  },
  {
    route: 'POST /api/friends/respond/:id',
    what: 'rejecting',
    path: ({ requests }) => `/api/friends/respond/${requests.dan}`,
    given: json({ action: 'reject' }),
  },
  {
    route: 'DELETE /api/friends/remove/:id',
    path: ({ ids }) => `/api/friends/remove/${ids.bob}`,
    again: 404,
  },
  get('/api/sessions'),
  get('/api/staff/jobs'),
  get('/api/staff/jobs/figures'),
  {
    route: 'POST /api/staff/jobs/:id/retry',
    path: () => `/api/staff/jobs/${parked}/retry`,
    before: park,
    again: 404,
  },
  {
    route: 'DELETE /api/staff/jobs/:id',
    path: () => `/api/staff/jobs/${parked}`,
    before: park,
    again: 404,
  },
  { route: 'DELETE /api/sessions', path: '/api/sessions' },
  {
    route: 'DELETE /api/sessions/:id',
    path: ({ otherSession }) => `/api/sessions/${otherSession}`,
    again: 404,
  },
  get('/api/plans'),
  { route: 'POST /api/plans/add', path: '/api/plans/add', ...repeated, given: json(gameNight) },
  get('/api/plans/:id', ({ plans }) => `/api/plans/${plans.alice}`),
  get('/api/plans/:file{.+[.]ics}', ({ plans }) => `/api/plans/${plans.alice}.ics`),
  ...['PUT', 'PATCH'].map((method): Row => ({
    route: `${method} /api/plans/:id/edit`,
    path: ({ plans }) => `/api/plans/${plans.alice}/edit`,
    given: json({ capacity: 5 }),
    ...repeated,
  })),
  {
    route: 'DELETE /api/plans/:id/delete',
    path: ({ plans }) => `/api/plans/${plans.alice}/delete`,
    again: 404,
  },
  get('/api/plans/:id/invite', ({ plans }) => `/api/plans/${plans.alice}/invite`),
  {
    route: 'POST /api/plans/:id/invite',
    path: ({ plans }) => `/api/plans/${plans.alice}/invite`,
    before: async (world, { plans, ids, alice }) => {
      await world.call('DELETE', `/api/plans/${plans.alice}/invite/${ids.bob}`, { as: alice })
    },
    given: ({ ids }) => ({ json: { user_ids: [ids.bob] } }),
  },
  {
    route: 'DELETE /api/plans/:id/invite',
    path: ({ plans }) => `/api/plans/${plans.alice}/invite`,
    given: ({ ids }) => ({ json: { user_ids: [ids.bob] } }),
  },
  {
    route: 'DELETE /api/plans/:id/invite/:user_id',
    path: ({ plans, ids }) => `/api/plans/${plans.alice}/invite/${ids.bob}`,
  },
  {
    route: 'POST /api/rsvp/add',
    path: '/api/rsvp/add',
    again: 400,
    given: ({ plans }) => ({ json: { plan_id: plans.carol } }),
  },
  get('/api/rsvp/user'),
  get('/api/rsvp/plan/:plan_id', ({ plans }) => `/api/rsvp/plan/${plans.alice}`),
  {
    route: 'PATCH /api/rsvp/:rsvp_id',
    path: ({ rsvps }) => `/api/rsvp/${rsvps.alice}`,
    given: json({ guests: 2 }),
  },
  {
    route: 'DELETE /api/rsvp/:rsvp_id/delete',
    path: ({ rsvps }) => `/api/rsvp/${rsvps.bob}/delete`,
    again: 404,
  },
  {
    route: 'DELETE /api/rsvp/plan/:plan_id/delete',
    again: 404,
    path: ({ plans }) => `/api/rsvp/plan/${plans.bob}/delete`,
  },
  {
    route: 'DELETE /api/rsvp/plan/:plan_id/delete',
    what: 'all',
    path: ({ plans }) => `/api/rsvp/plan/${plans.alice}/delete?all=true`,
  },
  { route: 'POST /api/calendar', path: '/api/calendar', ...repeated },
  { route: 'DELETE /api/calendar', path: '/api/calendar' },
  get('/calendar/:file{.+[.]ics}', ({ calendar }) => `/calendar/${calendar}.ics`, publicly),

  // ── C ──
  {
    route: 'POST /auth/registration',
    path: '/auth/registration',
    ...publicly,
    again: 400,
    ...fresh((username) => ({
      username,
      email: `${username}@example.org`,
      password1: password,
      password2: password,
    })),
  },
  { route: 'POST /auth/login', path: '/auth/login', ...publicly, ...repeated, given: signIn },
  { route: 'POST /auth/logout', path: '/auth/logout', again: 401 },
  {
    route: 'POST /auth/password/change',
    path: '/auth/password/change',
    again: 400,
    given: json({
      new_password1: 'another one',
      new_password2: 'another one',
      old_password: password,
    }),
  },
  {
    route: 'POST /twofa/send-code',
    path: '/twofa/send-code',
    ...publicly,
    isAfterwards: true,
    given: ({ usernames }) => ({
      json: { username: usernames.carol, email: `${usernames.carol}@example.org` },
    }),
  },
  { route: 'POST /twofa', path: '/twofa', given: json({ enabled: true }) },
  { route: 'POST /twofa', what: 'off', path: '/twofa', given: json({ enabled: false, password }) },
  get('/oauth/authorize', '/oauth/authorize', publicly),
  get('/oauth/callback', () => `/oauth/callback?state=${sentTo42.state}&code=a+code`, {
    ...publicly,
    ...repeated,
    before: async (world) => void (sentTo42 = await authorize(world)),
    given: () => ({ headers: { cookie: sentTo42.cookie } }),
  }),
  get('/users/profile'),
  get('/users/user_list'),
  {
    route: 'POST /users/update',
    path: '/users/update',
    given: ({ usernames }) => ({ json: { email: `${usernames.alice}@example.net` } }),
  },
  {
    route: 'POST /users/update',
    what: 'a picture',
    path: '/users/update',
    given: picture('avatar'),
    leaves: unshown,
    ...repeated,
  },
  {
    route: 'POST /users/add_friend',
    path: '/users/add_friend',
    given: ({ usernames }) => ({ json: { friend_username: usernames.carol } }),
  },
  {
    route: 'POST /users/remove_friend',
    path: '/users/remove_friend',
    given: ({ usernames }) => ({ json: { friend_username: usernames.bob } }),
  },
  get('/users/friend_list'),
  get('/conversations'),
  {
    route: 'POST /conversations/start',
    path: '/conversations/start',
    again: 200,
    given: ({ usernames }) => ({ json: { username: usernames.carol } }),
  },
  get('/conversations/:id', ({ conversation }) => `/conversations/${conversation}`),
  { route: 'POST /ws/ticket', path: '/ws/ticket', ...repeated },
  get('/ws/chat/:id', ({ conversation }) => `/ws/chat/${conversation}`, { given: handshake }),
  get('/ws/me', '/ws/me', { given: handshake }),
  get('/media/:folder/:file', ({ avatar }) => `/media/${avatar}`, publicly),

  // ── D ──
  get('/users/user_details'),
  { route: 'PATCH /users/user_details', path: '/users/user_details', given: json({ bio: 'new' }) },
  {
    route: 'PATCH /users/user_details',
    what: 'a picture',
    path: '/users/user_details',
    given: picture('profile_picture'),
    leaves: unshown,
    ...repeated,
  },
  {
    route: 'PATCH /users/user_details/sensitive',
    path: '/users/user_details/sensitive',
    again: 401,
    given: json({
      validation_password: password,
      password: 'another one',
      phone_number: '+12125550123',
    }),
  },
  { route: 'DELETE /users/delete_account', path: '/users/delete_account', again: 401 },
  get('/users/user_info/:id', ({ ids }) => `/users/user_info/${ids.bob}`),
  get('/users/search_users', ({ usernames }) => `/users/search_users?username=${usernames.bob}`),
  get('/users/search_friends'),
  {
    route: 'POST /users/friends/request',
    path: '/users/friends/request',
    again: 400,
    given: ({ ids }) => ({ json: { id: ids.carol } }),
  },
  {
    route: 'POST /users/friends/respond/:id',
    again: 404,
    path: ({ requests }) => `/users/friends/respond/${requests.dan}`,
    given: json({ response: 'accept' }),
  },
  {
    route: 'DELETE /users/friends/delete/:id',
    path: ({ ids }) => `/users/friends/delete/${ids.bob}`,
    again: 404,
  },
  get('/users/friends/groups'),
  {
    route: 'PATCH /users/friends/group_update/:id',
    path: ({ ids }) => `/users/friends/group_update/${ids.bob}`,
    given: json({ group: 'Choir' }),
  },
  get('/users/friends/received_requests'),
  get('/users/friends/sent_requests'),
  get('/users/blocks'),
  { route: 'POST /users/blocks/:id', path: ({ ids }) => `/users/blocks/${ids.bob}` },
  { route: 'DELETE /users/blocks/:id', path: ({ ids }) => `/users/blocks/${ids.erin}` },

  // ── E ──
  {
    route: 'POST /api/change-password',
    path: '/api/change-password',
    again: 400,
    given: json({ old_password: password, new_password: 'another one' }),
  },
  { route: 'POST /api/logout', path: '/api/logout', again: 200 },
  get('/users'),
  get('/users/export'),
  get('/users/:id{[0-9]+}', ({ ids }) => `/users/${ids.bob}`),
  {
    route: 'PATCH /users/:id{[0-9]+}',
    path: ({ ids }) => `/users/${ids.alice}`,
    given: json({ first_name: 'Alice' }),
  },
  { route: 'DELETE /users/:id{[0-9]+}', path: ({ ids }) => `/users/${ids.alice}`, again: 401 },
  get('/groups'),
  get('/groups/:id', '/groups/1'),
  get('/health', '/health', publicly),
  get('/', '/', publicly),
  get('/app', '/app', publicly),
  get('/app/:page{.+}', '/app/chats', publicly),
  get('/app/sw.js', '/app/sw.js', publicly),
  get('/app/manifest.webmanifest', '/app/manifest.webmanifest', publicly),
  get('/app/icons/:file', '/app/icons/kith.svg', publicly),
  get('/api/service', '/api/service', publicly),
  get('/docs', '/docs', publicly),
  get('/docs/:file', '/docs/page.css', publicly),
  get('/openapi.json', '/openapi.json', publicly),
  get('/asyncapi.json', '/asyncapi.json', publicly),
  get('/.well-known/jwks.json', '/.well-known/jwks.json', publicly),
  get('/.well-known/security.txt', '/.well-known/security.txt', publicly),

  // ── What goes out ──
  get('/api/push/key', '/api/push/key', publicly),
  {
    route: 'POST /api/me/push-subscriptions',
    path: '/api/me/push-subscriptions',
    again: 200,
    given: json(oneBrowser),
  },
  get('/api/me/push-subscriptions'),
  {
    route: 'DELETE /api/me/push-subscriptions',
    path: '/api/me/push-subscriptions',
    before: subscribe,
    given: json({ endpoint: oneBrowser.endpoint }),
  },
  {
    route: 'DELETE /api/me/push-subscriptions/:id',
    path: () => `/api/me/push-subscriptions/${target}`,
    before: subscribe,
  },
  {
    route: 'POST /api/me/push-subscriptions/:id/test',
    path: () => `/api/me/push-subscriptions/${target}/test`,
    before: subscribe,
    ...repeated,
  },
  {
    route: 'POST /api/staff/webhooks',
    path: '/api/staff/webhooks',
    before: manage,
    given: json(hook),
    ...repeated,
  },
  get('/api/staff/webhooks', '/api/staff/webhooks', { before: manage }),
  get('/api/staff/webhooks/:id', ofHook(), { before: hear }),
  {
    route: 'PATCH /api/staff/webhooks/:id',
    path: ofHook(),
    before: hear,
    given: json({ description: 'The board' }),
    ...repeated,
  },
  { route: 'DELETE /api/staff/webhooks/:id', path: ofHook(), before: hear, ...repeated },
  {
    route: 'POST /api/staff/webhooks/:id/rotate',
    path: ofHook('/rotate'),
    before: hear,
    ...repeated,
  },
  { route: 'POST /api/staff/webhooks/:id/test', path: ofHook('/test'), before: hear, ...repeated },
  get('/api/staff/webhooks/:id/deliveries', ofHook('/deliveries'), { before: hear }),
  {
    route: 'POST /api/staff/webhooks/:id/deliveries/:delivery/retry',
    path: () => `/api/staff/webhooks/${heard.hook}/deliveries/${heard.delivery}/retry`,
    before: hear,
    ...repeated,
  },
  // ── Of nouns that have theirs beside their example ──
  ...fixtures.flatMap(({ requests = [] }) => requests),
]

export const nameOf = ({ route, what }: Row) => (what ? `${route} (${what})` : route)

/** Sends a row's request. */
export async function send(world: World, row: Row, stage: Stage): Promise<Answer> {
  const path = typeof row.path === 'string' ? row.path : row.path(stage)
  const as = row.isPublic ? {} : { as: stage.alice }
  const given = row.given?.(stage) ?? {}
  const [method] = row.route.split(' ') as [string]
  return world.call(method, path, { ...as, ...given })
}
