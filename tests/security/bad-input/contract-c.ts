// Contract C's rows of the bad input: registration, the e-mailed code, one's record, instant friends.
import type { BadField, Field } from '../../support/hostile-fields'
import { type BodilessRow, type BodyRow, email, type ListRow, type RecordRow } from './rows'
import { newPassword, noPicture, password, requiredText, signInFields } from './rows'
import { type Stage, token, username } from './rows'

const nobody = { detail: 'No User matches the given query.' }

const friend = {
  good: ({ bob }: Stage) => ({ friend_username: bob.username }),
  fields: { friend_username: requiredText },
  // A name that is longer than any is nobody's.
  unlike: ({ words }: BadField) =>
    String(words).includes('no more than') ? ([404, nobody] as [number, object]) : undefined,
}
const noneOrText: Field = { kind: 'text', blank: true, nullable: true }

export const bodies: BodyRow[] = [
  {
    route: 'POST /api/token/refresh',
    path: () => '/api/token/refresh/',
    isPublic: true,
    good: () => ({ refresh: 'a.b.c' }),
    fields: { refresh: { ...token, required: false, blank: true, nullable: true } },
    empty: [
      401,
      { refreshed: false, detail: 'Token is invalid or expired', code: 'token_not_valid' },
    ],
  },
  {
    route: 'POST /auth/registration',
    path: () => '/auth/registration/',
    isPublic: true,
    good: () => ({
      username: 'eve-of-c',
      email: 'eve-of-c@example.com',
      password1: 'popopopo0987',
      password2: 'popopopo0987',
    }),
    fields: {
      username: { ...username, required: true },
      email: { ...email, required: true },
      password1: newPassword,
      password2: password,
    },
  },
  {
    route: 'POST /auth/login',
    path: () => '/auth/login/',
    isPublic: true,
    good: () => ({ username: 'eve', password: 'testpass', code: '123456' }),
    fields: signInFields,
  },
  {
    route: 'POST /auth/password/change',
    path: () => '/auth/password/change/',
    good: ({ alice }) => ({
      new_password1: alice.password,
      new_password2: alice.password,
      old_password: alice.password,
    }),
    fields: {
      new_password1: newPassword,
      new_password2: password,
      old_password: { ...password, required: false },
    },
  },
  {
    route: 'POST /twofa/send-code',
    path: () => '/twofa/send-code/',
    isPublic: true,
    good: () => ({ username: 'eve', email: 'eve@example.com' }),
    fields: {
      username: { kind: 'text', max: 150, required: true },
      email: { ...email, blank: true, nullable: true },
      password: { ...noneOrText, max: 1024 },
    },
  },
  {
    route: 'POST /twofa',
    path: () => '/twofa/',
    good: ({ alice }) => ({ enabled: false, password: alice.password }),
    fields: {
      enabled: { kind: 'boolean', required: true },
      password: { ...password, required: false },
    },
  },
  {
    route: 'POST /users/update',
    path: () => '/users/update/',
    good: () => ({}),
    fields: {
      username,
      avatar: { kind: 'text', max: 200, file: noPicture },
      // She has none.
      email: { ...email, blank: true },
      password: { kind: 'text', max: 1024, blank: true },
    },
  },
  { route: 'POST /users/add_friend', path: () => '/users/add_friend/', ...friend },
  { route: 'POST /users/remove_friend', path: () => '/users/remove_friend/', ...friend },
  {
    route: 'POST /conversations/start',
    path: () => '/conversations/start/',
    good: ({ bob }) => ({ username: bob.username }),
    fields: { username: { kind: 'text', max: 150, required: true } },
  },
]

export const records: RecordRow[] = [
  {
    route: 'GET /conversations/:id',
    path: (id) => `/conversations/${id}/`,
    unknown: 123_456,
    missing: { message: 'Conversation does not exist' },
  },
]

const noCredentials = { detail: 'Authentication credentials were not provided.' }

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /ws/ticket',
    path: '/ws/ticket/',
    isPublic: true,
    status: 401,
    body: noCredentials,
  },
  {
    route: 'POST /auth/logout',
    path: '/auth/logout/',
    isPublic: true,
    status: 401,
    body: noCredentials,
  },
  {
    route: 'POST /api/calendar',
    path: '/api/calendar/',
    isPublic: true,
    status: 401,
    body: noCredentials,
  },
]

export const lists: ListRow[] = [
  { route: 'GET /users/profile', cursor: 'none' },
  { route: 'GET /users/user_list', cursor: 'name' },
  { route: 'GET /users/friend_list', cursor: 'id' },
  { route: 'GET /conversations', cursor: 'form' },
]
