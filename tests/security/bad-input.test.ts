// Bad input on every route: the documented 4xx, never a 5xx, and nothing written. A new route joins by
// a row in `bodyRoutes` (it takes a body), `recordRoutes` (it has an id in its path) or `listRoutes`.
import { afterEach, assert, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import { allRows } from '../support/database-rows'
import { multipart, rawJson } from '../support/forms'
import { noCredentials } from '../support/golden'
import {
  badBodies,
  type BadField,
  badFields,
  badQueries,
  emptyBodies,
  type Field,
  jsonOf,
  malformedIds,
} from '../support/hostile'
import { type Person, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person
let bob: Person
let ids: { alices: number; bobs: number }

type BodyRoute = {
  /** As it is registered. */
  route: string
  path: () => string
  isPublic?: boolean
  /** A body that passes; it need not succeed. */
  good: Record<string, unknown>
  fields: Record<string, Field>
  /** The answer's body to a bad field, where the document does not answer in Django's words. */
  says?: (bad: BadField) => object | undefined
  /** The answer's body to a body that is no object, likewise. */
  saysOfNoObject?: object
}

const name: Field = { kind: 'text', max: 100 }
const contactFields: Record<string, Field> = {
  first_name: name,
  last_name: name,
  phone_number: { kind: 'text', max: 15, blank: true },
  birthday: { kind: 'date', nullable: true },
  platform: { kind: 'text', max: 100, blank: true },
  contact_info: { kind: 'text', max: 200, blank: true },
  last_met_date: { kind: 'date', nullable: true },
  note: { kind: 'text', max: 10_000, blank: true },
}
const bothNames = {
  first_name: { ...name, required: true },
  last_name: { ...name, required: true },
}
const refresh: Field = { kind: 'text', required: true }
const badName =
  'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'

const bodyRoutes: BodyRoute[] = [
  {
    route: 'POST /accounts/signup',
    path: () => '/accounts/signup/',
    isPublic: true,
    good: { username: 'eve', password: 'testpass' },
    fields: {
      username: { kind: 'text', max: 150, required: true, form: badName },
      password: { kind: 'text', max: 256, required: true },
    },
    says: ({ fault }) =>
      fault === 'other' ? undefined : { error: 'Username and password are required' },
  },
  {
    route: 'POST /accounts/login',
    path: () => '/accounts/login/',
    isPublic: true,
    good: { username: 'eve', password: 'testpass' },
    fields: {
      username: { kind: 'text', max: 150, required: true },
      password: { kind: 'text', required: true },
    },
  },
  {
    route: 'POST /accounts/refresh',
    path: () => '/accounts/refresh/',
    isPublic: true,
    good: { refresh: 'a.b.c' },
    fields: { refresh },
  },
  {
    route: 'POST /accounts/logout',
    path: () => '/accounts/logout/',
    good: { refresh: 'a.b.c' },
    fields: { refresh },
    says: () => ({ error: 'Refresh token is required' }),
    saysOfNoObject: { error: 'Refresh token is required' },
  },
  {
    route: 'POST /friends',
    path: () => '/friends/',
    good: { first_name: 'Taro', last_name: 'Yamada' },
    fields: { ...contactFields, ...bothNames },
  },
  {
    route: 'PUT /friends/:id',
    path: () => `/friends/${ids.alices}/`,
    good: { first_name: 'Hanako', last_name: 'Sato' },
    fields: { ...contactFields, ...bothNames },
  },
  {
    route: 'PATCH /friends/:id',
    path: () => `/friends/${ids.alices}/`,
    good: {},
    fields: contactFields,
  },
]

type RecordRoute = {
  route: string
  path: (id: number | string) => string
  json?: object
  /** An id of somebody else's. */
  foreign: () => number
  missing: object
}

const contactRoutes = {
  path: (id: number | string) => `/friends/${id}/`,
  foreign: () => ids.bobs,
  missing: { error: 'Friend not found' },
}
const recordRoutes: RecordRoute[] = [
  { route: 'GET /friends/:id', ...contactRoutes },
  { route: 'PUT /friends/:id', ...contactRoutes, json: { first_name: 'Eve', last_name: 'X' } },
  { route: 'PATCH /friends/:id', ...contactRoutes, json: { note: 'mine now' } },
  { route: 'DELETE /friends/:id', ...contactRoutes },
]

const listRoutes = [{ route: 'GET /friends', path: '/friends/' }]

// ── What holds for every row ─────────────────────────────────────────────────────────────────────

let before: Record<string, unknown[]>

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  const add = async (as: Person) => {
    const json = { first_name: 'Hanako', last_name: 'Sato' }
    return (await call('POST', '/friends/', { json, as })).body.id as number
  }
  ids = { alices: await add(alice), bobs: await add(bob) }
  before = await allRows()
})
afterEach(async () => {
  const expected = before
  before = await allRows()
  assert.deepEqual(before, expected)
})

const byField = (bad: BadField[]) =>
  Object.fromEntries(bad.map(({ field, words }) => [field, words]))
const methodOf = (route: string) => route.split(' ')[0]!

describe.each(bodyRoutes)('$route', (row) => {
  const { route, path, isPublic, good, fields, says, saysOfNoObject } = row
  const as = () => (isPublic ? undefined : alice)
  const send = (given: object) => call(methodOf(route), path(), { ...given, as: as() })
  const everyField = Object.entries(fields).flatMap(([field, rule]) => badFields(field, rule))

  it.each(everyField)('refuses $name', async (bad) => {
    const { status, body } = await send(jsonOf({ ...good, ...bad.fields }))
    expect([status, body]).toEqual([400, says?.(bad) ?? byField([bad])])
  })

  it.each(badBodies)('refuses $name', async ({ given, status, body }) => {
    const answer = await send(given())
    const expected = 'non_field_errors' in body ? (saysOfNoObject ?? body) : body
    expect([answer.status, answer.body]).toEqual([status, expected])
  })

  const required = everyField.filter(({ fault }) => fault === 'required')
  const missing = required[0] && (says?.(required[0]) ?? byField(required))

  it.each(emptyBodies)('finds no field in %s', async (_, given) => {
    const { status, body } = await send(given)
    expect([status, missing && body]).toEqual([missing ? 400 : 200, missing])
  })

  it('takes the last of two equal keys', async () => {
    const [bad] = everyField.filter(({ fault }) => fault === 'null') as [BadField]
    const twice = `{"${bad.field}":"good","${bad.field}":null,"__proto__":{"${bad.field}":"good"}}`
    const { status, body } = await send(rawJson(twice))
    const others = required.filter(({ field }) => field !== bad.field)
    expect([status, body]).toEqual([400, says?.(bad) ?? byField([bad, ...others])])
  })

  it('takes a file for no text', async () => {
    const field = Object.keys(fields).find((one) => fields[one]?.kind === 'text') as string
    const form = multipart(good as Record<string, string>)
    form.set(field, new File(['Taro'], 'name.txt'))
    const { status, body } = await send({ form })
    const words = ['Not a valid string.']
    const bad: BadField = { name: 'a file', field, fields: {}, fault: 'other', words }
    expect([status, body]).toEqual([400, says?.(bad) ?? byField([bad])])
  })
})

const protectedRoutes = bodyRoutes.filter(({ isPublic }) => !isPublic)

describe.each(protectedRoutes)('$route', ({ route, path }) => {
  it('asks for a credential before it looks at the body', async () => {
    for (const bad of badBodies) {
      const { status, body } = await call(methodOf(route), path(), bad.given())
      expect([status, body]).toEqual([401, noCredentials])
    }
  })
})

describe.each(recordRoutes)('$route', ({ route, path, json, foreign, missing }) => {
  const send = (id: number | string, as: Person | undefined) =>
    call(methodOf(route), path(id), { ...(json ? { json } : {}), as })

  it('answers alike for what is missing, malformed and of other people', async () => {
    for (const id of [foreign(), 999_999, ...malformedIds]) {
      const { status, body } = await send(id, alice)
      expect([id, status, body]).toEqual([id, 404, missing])
    }
  })

  it('asks for a credential first', async () => {
    for (const id of [foreign(), ...malformedIds]) {
      const { status, body } = await send(id, undefined)
      expect([status, body]).toEqual([401, noCredentials])
    }
  })
})

describe.each(listRoutes)('$route', ({ path }) => {
  it.each(badQueries)('refuses ?%s', async (query, expected) => {
    const { status, body } = await call('GET', `${path}?${query}`, { as: alice })
    expect([status, body]).toEqual([400, expected])
  })

  it('minds no other names, however odd', async () => {
    const plain = await call('GET', path, { as: alice })
    for (const query of [
      '__proto__=1&__proto__=2',
      'constructor=x',
      'x[]=1',
      '&&=',
      'limit=1000000',
    ]) {
      const { status, body } = await call('GET', `${path}?${query}`, { as: alice })
      expect([status, body]).toEqual([200, plain.body])
    }
  })
})

describe('a form of very many names', () => {
  it('is read in a moment', async () => {
    const raw = Array.from({ length: 26_000 }, (_, n) => n.toString(36)).join('&')
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const begun = performance.now()
    const { status } = await call('POST', '/accounts/login/', { raw, headers })
    expect(status).toBe(400)
    // Milliseconds; for each name a walk through the form would take some three thousand.
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})

describe('a name and a password that are far too long', () => {
  it('are just wrong ones', async () => {
    const json = { username: alice.username, password: 'p'.repeat(100_000) }
    expect((await call('POST', '/accounts/login/', { json })).status).toBe(401)
  })
})

describe('the rows above', () => {
  it('are there for every route that takes a body', () => {
    const routes = createApp().routes.filter(({ method }) => /^(POST|PUT|PATCH)$/.test(method))
    const names = new Set(routes.map(({ method, path }) => `${method} ${path}`))
    expect(bodyRoutes.map(({ route }) => route).toSorted()).toEqual([...names].toSorted())
  })

  it('have good bodies that pass, so that only what is bad is refused', async () => {
    // What these make is made in other tests.
    const making = new Set(['POST /accounts/signup', 'POST /friends'])
    for (const { route, path, good, isPublic } of bodyRoutes) {
      if (making.has(route)) continue
      const { status, body } = await call(methodOf(route), path(), {
        json: good,
        as: isPublic ? undefined : alice,
      })
      const isByField = Object.values(body).some(Array.isArray)
      expect([route, status === 400 && isByField]).toEqual([route, false])
    }
  })
})
