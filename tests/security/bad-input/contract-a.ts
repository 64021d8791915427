// Contract A's rows of the bad input: sign-up, sign-in, the address book.
import type { Field } from '../../support/hostile-fields'
import { type BodyRow, line, type ListRow, newPassword, type RecordRow } from './rows'
import { signInFields, token, username } from './rows'

const name: Field = { kind: 'text', max: 100 }
const contactFields: Record<string, Field> = {
  first_name: name,
  last_name: name,
  phone_number: line(15),
  birthday: { kind: 'date', nullable: true },
  platform: line(100),
  contact_info: line(200),
  last_met_date: { kind: 'date', nullable: true },
  note: line(10_000),
}
const bothNames = {
  first_name: { ...name, required: true },
  last_name: { ...name, required: true },
}

export const bodies: BodyRow[] = [
  {
    route: 'POST /accounts/signup',
    path: () => '/accounts/signup/',
    isPublic: true,
    good: () => ({ username: 'eve', password: 'testpass' }),
    fields: { username: { ...username, required: true }, password: newPassword },
    says: ({ fault }) =>
      fault === 'other' ? undefined : { error: 'Username and password are required' },
  },
  {
    route: 'POST /accounts/login',
    path: () => '/accounts/login/',
    isPublic: true,
    good: () => ({ username: 'eve', password: 'testpass' }),
    fields: signInFields,
  },
  {
    route: 'POST /accounts/refresh',
    path: () => '/accounts/refresh/',
    isPublic: true,
    good: () => ({ refresh: 'a.b.c' }),
    fields: { refresh: token },
  },
  {
    route: 'POST /accounts/logout',
    path: () => '/accounts/logout/',
    good: () => ({ refresh: 'a.b.c' }),
    fields: { refresh: token },
    says: () => ({ error: 'Refresh token is required' }),
    saysOfNoObject: { error: 'Refresh token is required' },
  },
  {
    route: 'POST /friends',
    path: () => '/friends/',
    good: () => ({ first_name: 'Taro', last_name: 'Yamada' }),
    fields: { ...contactFields, ...bothNames },
  },
  {
    route: 'PUT /friends/:id',
    path: ({ contact }) => `/friends/${contact}/`,
    good: () => ({ first_name: 'Hanako', last_name: 'Sato' }),
    fields: { ...contactFields, ...bothNames },
  },
  {
    route: 'PATCH /friends/:id',
    path: ({ contact }) => `/friends/${contact}/`,
    good: () => ({}),
    fields: contactFields,
  },
]

const contact = {
  path: (id: number | string) => `/friends/${id}/`,
  hidden: ({ bobsContact }: { bobsContact: number }) => bobsContact,
  missing: { error: 'Friend not found' },
}

export const records: RecordRow[] = [
  { route: 'GET /friends/:id', ...contact },
  { route: 'PUT /friends/:id', ...contact, json: { first_name: 'Eve', last_name: 'X' } },
  { route: 'PATCH /friends/:id', ...contact, json: { note: 'mine now' } },
  { route: 'DELETE /friends/:id', ...contact },
]

export const lists: ListRow[] = [{ route: 'GET /friends', cursor: 'id' }]
