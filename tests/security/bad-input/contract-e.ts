// Contract E's rows of the bad input: registration, the password change, administration, groups.
import type { Field } from '../../support/hostile-fields'
import { type BodilessRow, type BodyRow, email, type Id, line } from './rows'
import { type ListRow, newPassword, password, type RecordRow, username } from './rows'

const required = ['This field is required.']
const notOne = 'A valid integer is required.'
const noLink = 'Invalid hyperlink - No URL match.'

/** A group is an id or a link; what is wrong with one of them is said of the list. */
const groupsSay: [unknown, string][] = [
  [true, notOne],
  [{}, notOne],
  [[], notOne],
  [{ toString: 'text' }, notOne],
  [1.5, notOne],
  [-1, notOne],
  ['', noLink],
  ['x', noLink],
  ['1e3', noLink],
  ['\0', noLink],
  ['/groups/', noLink],
  ['/groups/x/', noLink],
]
const group: Field = {
  kind: 'special',
  values: groupsSay.map(([value, words]) => [value, [words]]),
}

export const bodies: BodyRow[] = [
  {
    route: 'POST /api/register',
    path: () => '/api/register/',
    isPublic: true,
    good: () => ({ username: 'eve-of-e', password: 'user_password' }),
    fields: {
      username: { ...username, required: true },
      email: { ...email, blank: true },
      first_name: line(150),
      last_name: line(150),
      password: newPassword,
      groups: { kind: 'list', of: { kind: 'integer' } },
    },
  },
  {
    route: 'POST /api/change-password',
    path: () => '/api/change-password/',
    good: ({ alice }) => ({ new_password: alice.password, old_password: alice.password }),
    fields: { new_password: newPassword, old_password: { ...password, required: false } },
    empty: [400, { new_password: required, old_password: required }],
  },
  {
    route: 'PATCH /users/:id{[0-9]+}',
    path: ({ alice }) => `/users/${alice.id}/`,
    good: () => ({}),
    fields: {
      first_name: line(150),
      last_name: line(150),
      email: { ...email, blank: true },
      is_active: { kind: 'boolean' },
      groups: { kind: 'list', of: group, flat: true },
      password: { kind: 'text', max: 1024, blank: true },
    },
  },
]

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /api/logout',
    path: '/api/logout/',
    isPublic: true,
    status: 200,
    body: { success: true },
  },
]

const account = {
  path: (id: Id) => `/users/${id}/`,
  missing: { detail: 'No User matches the given query.' },
  // What is no number there is another path.
  onlyDigits: true,
}

export const records: RecordRow[] = [
  { route: 'GET /users/:id{[0-9]+}', ...account },
  { route: 'PATCH /users/:id{[0-9]+}', ...account, json: { first_name: 'Eve' } },
  { route: 'DELETE /users/:id{[0-9]+}', ...account },
  {
    route: 'GET /groups/:id',
    path: (id) => `/groups/${id}/`,
    missing: { detail: 'No Group matches the given query.' },
  },
]

export const lists: ListRow[] = [
  { route: 'GET /users', cursor: 'id' },
  { route: 'GET /users/export', cursor: 'none' },
  { route: 'GET /groups', cursor: 'none' },
]
