// Long texts in whatever field of whatever route: the bound comes before whatever costs more than their
// length. Normalising is quadratic in runs of combining marks: 100 KB of them would take seconds.
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Person, signUp } from '../support/people'
import { createWorld, readDocument } from '../support/world'

const world = createWorld()
const { call } = world

/** Combining marks in an order that normalising has to turn round. */
const marks = (count: number) =>
  `a${'\u0301'.repeat(Math.floor(count / 2))}${'\u0316'.repeat(Math.ceil(count / 2))}`

type Schema = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}
type Operation = {
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Case = { name: string; method: string; path: string; bodies: object[]; queries: string[] }

/** The value of a field that holds the text wherever the field has one. */
function filled(schema: Schema, text: string): unknown {
  const inner = Object.entries(schema.properties ?? {})
  if (inner.length > 0) {
    return Object.fromEntries(inner.map(([name, part]) => [name, filled(part, text)]))
  }
  return schema.items ? [filled(schema.items, text)] : text
}

function casesOf(document: {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}): Case[] {
  const shapesOf = (schema: Schema): Schema[] => {
    if (schema.$ref) return shapesOf(document.components.schemas[schema.$ref.split('/').at(-1)!]!)
    return (schema.anyOf ?? schema.oneOf)?.flatMap(shapesOf) ?? [schema]
  }
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const shape = operation.requestBody?.content['application/json']?.schema
      const bodies = (shape ? shapesOf(shape) : []).flatMap(({ properties = {} }) => {
        const fields = Object.entries(properties)
        const share = marks(Math.floor(48_000 / fields.length / 8))
        return [
          ...fields.map(([name, schema]) => ({ [name]: filled(schema, marks(4_000)) })),
          Object.fromEntries(fields.map(([name, schema]) => [name, filled(schema, share)])),
        ]
      })
      const inQuery = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
      return {
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        path: template.replace(/\{[^}]+\}/g, '68d9230c5f1b2a0012345678'),
        bodies,
        queries: inQuery.map(({ name }) => `?${name}=${encodeURIComponent(marks(32_000))}`),
      }
    }),
  )
}

const cases = casesOf((await readDocument('/openapi.json')) as never)
/** Whatever is normalised has at most 1,024 characters, of two units each. */
const bound = 2_048
let long: number[] = []
let seen = 0

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

beforeEach(() => {
  long = []
  seen = 0
  const normalize = Reflect.get(String.prototype, 'normalize')
  vi.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form) {
    seen++
    if (this.length > bound) long.push(this.length)
    return normalize.call(this, form)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a long text', () => {
  it.each(cases.filter(({ bodies, queries }) => bodies.length + queries.length > 0))(
    'is not normalised by $name',
    async ({ method, path, bodies, queries }) => {
      for (const json of bodies) {
        const { status } = await call(method, path, { json, as: alice })
        expect([Object.keys(json), status !== 500]).toEqual([Object.keys(json), true])
      }
      for (const query of queries) {
        const { status } = await call(method, path + query, { as: alice })
        expect([query.slice(0, 20), status !== 500]).toEqual([query.slice(0, 20), true])
      }
      expect(long).toEqual([])
    },
  )

  const tooLong = (max: number) => [`Ensure this field has no more than ${max} characters.`]
  const hostile = `a${'\u0301'.repeat(16_000)}${'\u0316'.repeat(16_000)}`

  it.each<[string, string, object, object]>([
    [
      'POST',
      '/accounts/signup/',
      { username: hostile, password: 'testpass' },
      { username: tooLong(150) },
    ],
    [
      'POST',
      '/accounts/signup/',
      { username: 'eve', password: hostile },
      { password: tooLong(256) },
    ],
    [
      'POST',
      '/accounts/login/',
      { username: 'eve', password: hostile },
      { password: tooLong(1024) },
    ],
    ['POST', '/auth/login/', { username: hostile, password: 'x' }, { username: tooLong(150) }],
    ['POST', '/accounts/refresh/', { refresh: hostile }, { refresh: tooLong(4096) }],
    ['POST', '/api/rsvp/add/', { plan_id: hostile }, { plan_id: tooLong(254) }],
  ])(
    'of 64 KB is told as too long by %s %s, and nothing else of it',
    async (method, path, json, body) => {
      const answer = await call(method, path, { json, as: alice })
      expect([answer.status, answer.body]).toEqual([400, body])
      expect(long).toEqual([])
    },
  )

  it('is nobody’s name where somebody is looked for', async () => {
    const json = { friend_username: hostile }
    const asked = await call('POST', '/users/add_friend/', { json, as: alice })
    expect([asked.status, asked.body]).toEqual([
      404,
      { detail: 'No User matches the given query.' },
    ])
    const found = await call(
      'GET',
      `/users/search_users/?username=${encodeURIComponent(hostile)}`,
      {
        as: alice,
      },
    )
    expect([found.status, found.body]).toEqual([404, { code: 1, error: 'User not found' }])
    expect(seen).toBe(0)
  })

  it('is told as too long in a query', async () => {
    const query = `?prefix=${encodeURIComponent(hostile)}`
    const { status, body } = await call('GET', `/users/search_friends/${query}`, { as: alice })
    expect([status, body.payload]).toEqual([400, { prefix: tooLong(254) }])
    expect(seen).toBe(0)
  })

  it('of the greatest length that is taken is compared as any other', async () => {
    const json = { username: `a${'\u0316'.repeat(149)}`, password: marks(1_022) }
    expect((await call('POST', '/accounts/login/', { json })).status).toBe(401)
    expect(seen).toBeGreaterThan(0)
    expect(long).toEqual([])
  })
})

describe('a long list', () => {
  it.each<[string, object, object]>([
    [
      '/api/register/',
      { username: 'eve', password: 'testpass', groups: Array(60_000).fill(9) },
      { groups: 20 },
    ],
    [
      '/api/register/',
      { username: 'eve', password: 'testpass', groups: Array(21).fill('x') },
      { groups: 20 },
    ],
    [
      '/api/plans/68d9230c5f1b2a0012345678/invite/',
      { user_ids: Array(501).fill('x') },
      { user_ids: 500 },
    ],
    [
      '/api/plans/68d9230c5f1b2a0012345678/invite/',
      { usernames: Array(501).fill('') },
      { usernames: 500 },
    ],
  ])('at %s is one fault', async (path, json, most) => {
    const { status, body } = await call('POST', path, { json, as: alice })
    const [[field, max] = []] = Object.entries(most)
    expect([status, body]).toEqual([
      400,
      { [field!]: [`Ensure this field has no more than ${max} elements.`] },
    ])
  })

  it('in a form is one fault too', async () => {
    const raw = `username=eve&password=testpass${'&groups=3'.repeat(21)}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, body } = await call('POST', '/api/register/', { raw, headers })
    expect([status, body]).toEqual([
      400,
      { groups: ['Ensure this field has no more than 20 elements.'] },
    ])
  })
})
