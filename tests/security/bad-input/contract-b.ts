// Contract B's rows of the bad input: profile, directory, friend requests, plans, answers to them.
import type { Field } from '../../support/hostile-fields'
import { gameNight } from '../../support/plans'
import { type BodilessRow, type BodyRow, email, type Id, line, type ListRow } from './rows'
import { newPassword, type RecordRow, requiredText, signInFields, type Stage } from './rows'
import { username } from './rows'

const profileFields: Record<string, Field> = {
  first_name: line(150),
  last_name: line(150),
  date_of_birth: { kind: 'date', nullable: true },
  bio: line(500),
}

const short: Field = { kind: 'text', max: 200 }
const needed: Field = { ...short, required: true }
/** '' and null are the same as not sent. */
const clearable = { blank: true, nullable: true }
const place: Field = {
  kind: 'object',
  parts: {
    name: { ...short, ...clearable },
    address1: needed,
    address2: { ...short, ...clearable },
    city: needed,
    state: needed,
    zipcode: { kind: 'text', max: 20, required: true },
  },
  good: gameNight.location,
}
const planFields: Record<string, Field> = {
  title: short,
  location: place,
  end_time: { kind: 'datetime' },
  description: { kind: 'text', max: 10_000, ...clearable },
  start_time: { kind: 'datetime', ...clearable },
  timezone: {
    kind: 'text',
    form: 'A valid timezone is required.',
    ...clearable,
  },
  visibility: { kind: 'choice', ...clearable },
  capacity: { kind: 'integer', min: 1, max: 1_000_000, ...clearable },
}
const answerFields: Record<string, Field> = {
  status: { kind: 'choice', ...clearable },
  guests: { kind: 'integer', min: 0, max: 100, ...clearable },
}
const invitation = {
  path: ({ plan }: Stage) => `/api/plans/${plan}/invite/`,
  good: () => ({ usernames: [] }),
  fields: {
    user_ids: { kind: 'list', max: 500, of: { kind: 'integer', min: 1 } },
    usernames: { kind: 'list', max: 500, of: { kind: 'text', max: 150 } },
  } satisfies Record<string, Field>,
  empty: [400, { user_ids: ['This field is required.'] }] as [number, object],
}
const required = ['This field is required.']

export const bodies: BodyRow[] = [
  {
    route: 'POST /api/token',
    path: () => '/api/token/',
    isPublic: true,
    good: () => ({ username: 'eve', password: 'testpass' }),
    fields: signInFields,
  },
  {
    route: 'POST /api/register',
    path: () => '/api/register/',
    isPublic: true,
    good: () => ({
      username: 'eve-of-b',
      email: 'eve-of-b@example.com',
      password: 'password123',
      password_confirm: 'password123',
    }),
    fields: {
      username: { ...username, required: true },
      email: { ...email, required: true },
      ...profileFields,
      password: newPassword,
      // Where it is missing, the body is contract E's.
      password_confirm: { kind: 'text', max: 1024 },
    },
    empty: [400, { username: required, password: required }],
  },
  ...['PUT', 'PATCH'].map((method) => ({
    route: `${method} /api/profile/update`,
    path: () => '/api/profile/update/',
    good: () => ({}),
    fields: profileFields,
  })),
  {
    route: 'POST /api/friends/respond/:id',
    path: ({ request }) => `/api/friends/respond/${request}/`,
    good: () => ({ action: 'accept' }),
    fields: { action: requiredText },
    says: () => ({ detail: 'Invalid action' }),
    saysOfNoObject: { detail: 'Invalid action' },
  },
  {
    route: 'POST /api/plans/add',
    path: () => '/api/plans/add/',
    good: () => gameNight,
    fields: {
      ...planFields,
      title: needed,
      location: { ...place, required: true },
      end_time: { kind: 'datetime', required: true },
    },
  },
  ...['PUT', 'PATCH'].map((method) => ({
    route: `${method} /api/plans/:id/edit`,
    path: ({ plan }: Stage) => `/api/plans/${plan}/edit/`,
    good: () => ({}),
    fields: planFields,
  })),
  { route: 'POST /api/plans/:id/invite', ...invitation },
  { route: 'DELETE /api/plans/:id/invite', ...invitation },
  {
    route: 'POST /api/rsvp/add',
    path: () => '/api/rsvp/add/',
    good: ({ plan }) => ({ plan_id: plan }),
    fields: { plan_id: requiredText, ...answerFields },
  },
  {
    route: 'PATCH /api/rsvp/:rsvp_id',
    path: ({ rsvp }) => `/api/rsvp/${rsvp}/`,
    good: () => ({}),
    fields: answerFields,
  },
]

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /api/friends/request/:id',
    path: '/api/friends/request/999999/',
    status: 404,
    body: { detail: 'Not found.' },
  },
]

const notFound = { detail: 'Not found.' }
const blocker = (stage: Stage) => stage.blocker.id
const plan = {
  hidden: ({ hiddenPlan }: Stage) => hiddenPlan,
  unknown: '68dabba350510db53d9af43d',
  missing: { error: 'Plan not found' },
  malformed: { error: 'Invalid ID' },
}
const edit = { ...plan, path: (id: Id) => `/api/plans/${id}/edit/`, json: { title: 'Mine now' } }
const invite = { ...plan, path: (id: Id) => `/api/plans/${id}/invite/` }
const rsvp = {
  hidden: ({ hiddenRsvp }: Stage) => hiddenRsvp,
  unknown: '68dabba350510db53d9af43d',
  missing: { error: 'RSVP not found' },
  malformed: { error: 'Invalid ID' },
}

export const records: RecordRow[] = [
  {
    route: 'GET /api/users/:id',
    path: (id) => `/api/users/${id}/`,
    hidden: blocker,
    missing: notFound,
  },
  {
    route: 'POST /api/friends/request/:id',
    path: (id) => `/api/friends/request/${id}/`,
    hidden: blocker,
    missing: notFound,
  },
  {
    // One of other people is 403, as contract B has it.
    route: 'POST /api/friends/respond/:id',
    path: (id) => `/api/friends/respond/${id}/`,
    json: { action: 'accept' },
    missing: notFound,
  },
  {
    route: 'DELETE /api/friends/remove/:id',
    path: (id) => `/api/friends/remove/${id}/`,
    hidden: blocker,
    missing: notFound,
  },
  {
    route: 'DELETE /api/sessions/:id',
    path: (id) => `/api/sessions/${id}/`,
    hidden: ({ bobsSession }) => bobsSession,
    missing: notFound,
  },
  { route: 'GET /api/plans/:id', path: (id) => `/api/plans/${id}/`, ...plan },
  { route: 'GET /api/plans/:file{.+[.]ics}', path: (id) => `/api/plans/${id}.ics`, ...plan },
  { route: 'PUT /api/plans/:id/edit', ...edit },
  { route: 'PATCH /api/plans/:id/edit', ...edit },
  { route: 'DELETE /api/plans/:id/delete', path: (id) => `/api/plans/${id}/delete/`, ...plan },
  { route: 'GET /api/plans/:id/invite', ...invite },
  { route: 'POST /api/plans/:id/invite', ...invite, json: { usernames: [] } },
  { route: 'DELETE /api/plans/:id/invite', ...invite, json: { usernames: [] } },
  {
    route: 'DELETE /api/plans/:id/invite/:user_id',
    ...plan,
    path: (id) => `/api/plans/${id}/invite/1/`,
  },
  { route: 'GET /api/rsvp/plan/:plan_id', path: (id) => `/api/rsvp/plan/${id}/`, ...plan },
  {
    route: 'DELETE /api/rsvp/plan/:plan_id/delete',
    path: (id) => `/api/rsvp/plan/${id}/delete/`,
    ...plan,
  },
  {
    route: 'PATCH /api/rsvp/:rsvp_id',
    path: (id) => `/api/rsvp/${id}/`,
    json: { guests: 1 },
    ...rsvp,
  },
  { route: 'DELETE /api/rsvp/:rsvp_id/delete', path: (id) => `/api/rsvp/${id}/delete/`, ...rsvp },
]

export const lists: ListRow[] = [
  { route: 'GET /api/profile', cursor: 'none' },
  { route: 'GET /api/users', cursor: 'id' },
  { route: 'GET /api/friends', cursor: 'none' },
  { route: 'GET /api/friends/list', cursor: 'none' },
  { route: 'GET /api/sessions', cursor: 'name' },
  { route: 'GET /api/plans', cursor: 'form' },
  { route: 'GET /api/rsvp/user', cursor: 'form' },
]
