// Contract D's rows of the bad input: one's own details, friend requests, groups; and blocks, which speak
// its envelope.
import { type BodilessRow, type BodyRow, email, line, type ListRow } from './rows'
import { noPicture, type RecordRow, requiredText, type Stage, username } from './rows'

const inEnvelope = true
const refused = (code: number, error: string) => ({ code, error })

export const bodies: BodyRow[] = [
  {
    route: 'PATCH /users/user_details',
    path: () => '/users/user_details/',
    inEnvelope,
    good: () => ({}),
    fields: {
      username,
      bio: line(500),
      // What is no file is ignored. More files are in `uploads.test.ts`.
      profile_picture: { kind: 'special', nullable: true, values: [], file: noPicture },
    },
  },
  {
    route: 'PATCH /users/user_details/sensitive',
    path: () => '/users/user_details/sensitive/',
    inEnvelope,
    good: ({ alice }) => ({ validation_password: alice.password }),
    fields: {
      validation_password: { kind: 'text', max: 16_384, blank: true, nullable: true },
      password: { kind: 'text', max: 16_384 },
      email,
      phone_number: {
        kind: 'text',
        blank: true,
        form: 'Enter a valid phone number, such as +12125550123.',
      },
    },
    empty: [400, refused(1, 'Current password is required')],
  },
  {
    route: 'POST /users/friends/request',
    path: () => '/users/friends/request/',
    inEnvelope,
    good: ({ bob }) => ({ id: bob.id }),
    fields: { id: { kind: 'integer', required: true } },
  },
  {
    route: 'POST /users/friends/respond/:id',
    path: ({ request }) => `/users/friends/respond/${request}/`,
    inEnvelope,
    good: () => ({ response: 'reject' }),
    fields: { response: requiredText },
    says: () => refused(1, 'Invalid response type'),
    saysOfNoObject: refused(1, 'Invalid response type'),
  },
  {
    route: 'PATCH /users/friends/group_update/:id',
    path: ({ friend }) => `/users/friends/group_update/${friend.id}/`,
    inEnvelope,
    good: () => ({ group: 'Default' }),
    fields: { group: { kind: 'text', max: 50, required: true } },
    says: ({ words }) =>
      String(words).includes('no more than') ? refused(1, 'Group name too long') : undefined,
  },
]

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /users/blocks/:id',
    path: '/users/blocks/999999/',
    status: 404,
    body: refused(2, 'User not found'),
  },
]

const blocker = (stage: Stage) => stage.blocker.id
const nobody = { inEnvelope, hidden: blocker, missing: refused(2, 'User not found') }

export const records: RecordRow[] = [
  { route: 'GET /users/user_info/:id', path: (id) => `/users/user_info/${id}/`, ...nobody },
  {
    route: 'POST /users/friends/respond/:id',
    path: (id) => `/users/friends/respond/${id}/`,
    json: { response: 'accept' },
    inEnvelope,
    hidden: ({ foreignRequest }) => foreignRequest,
    missing: refused(2, 'Request not found'),
  },
  {
    route: 'DELETE /users/friends/delete/:id',
    path: (id) => `/users/friends/delete/${id}/`,
    inEnvelope,
    hidden: blocker,
    missing: refused(1, 'User not found'),
  },
  {
    route: 'PATCH /users/friends/group_update/:id',
    path: (id) => `/users/friends/group_update/${id}/`,
    json: { group: 'Work' },
    inEnvelope,
    hidden: blocker,
    missing: refused(2, 'Friendship not found'),
  },
  { route: 'POST /users/blocks/:id', path: (id) => `/users/blocks/${id}/`, ...nobody },
  { route: 'DELETE /users/blocks/:id', path: (id) => `/users/blocks/${id}/`, ...nobody },
]

export const lists: ListRow[] = [
  { route: 'GET /users/search_friends', cursor: 'id', inEnvelope },
  { route: 'GET /users/user_details', cursor: 'none', inEnvelope },
  { route: 'GET /users/friends/groups', cursor: 'id', inEnvelope },
  { route: 'GET /users/friends/received_requests', cursor: 'none', inEnvelope },
  { route: 'GET /users/friends/sent_requests', cursor: 'id', inEnvelope },
  { route: 'GET /users/blocks', cursor: 'id', inEnvelope },
]
