// Bad input on every route: the documented 4xx, never a 5xx, and nothing written. A new route joins by
// a row in its contract's file in the folder `bad-input`, or in its noun's of `tests/fixtures`.
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import { allRows } from '../support/database-rows'
import { type Fixture, fixtures } from '../support/fixtures'
import { multipart, rawJson } from '../support/forms'
import { noCredentials } from '../support/golden'
import {
  badBodies,
  badCursors,
  badLimits,
  badTextCursors,
  emptyBodies,
  malformedIds,
} from '../support/hostile'
import { type BadField, badFields, jsonOf } from '../support/hostile-fields'
import { createWorld } from '../support/world'
import * as a from './bad-input/contract-a'
import * as b from './bad-input/contract-b'
import * as c from './bad-input/contract-c'
import * as d from './bad-input/contract-d'
import * as e from './bad-input/contract-e'
import * as outside from './bad-input/outside'
import * as staff from './bad-input/staff'
import { type BodyRow, type Id, setStage, type Stage } from './bad-input/rows'

/** A contract's or a noun's rows; most have not all kinds. */
const all: Partial<Pick<Fixture, 'bodies' | 'bodiless' | 'records' | 'lists'>>[] = [
  a,
  b,
  c,
  d,
  e,
  outside,
  staff,
  ...fixtures,
]
const bodyRows = all.flatMap(({ bodies = [] }) => bodies)
const bodilessRows = all.flatMap(({ bodiless = [] }) => bodiless)
const recordRows = all.flatMap(({ records = [] }) => records)
const listRows = all.flatMap(({ lists = [] }) => lists)

const world = createWorld()
const { call } = world

let stage: Stage
beforeAll(async () => {
  stage = await setStage(world)
})

/** Who asks at a row's route. */
const who = ({ byStaff }: { byStaff?: boolean }) => (byStaff ? stage.root : stage.alice)

/** In a `describe`: its tests leave every row as it was. */
function nothingIsWritten(): void {
  let before: Record<string, unknown[]>
  beforeAll(async () => {
    before = await allRows()
  })
  afterEach(async () => {
    const expected = before
    before = await allRows()
    expect(before).toEqual(expected)
  })
}

/** The same refusal as a row's dialect has it. */
function inDialect({ inEnvelope }: { inEnvelope?: boolean }, status: number, body: object): object {
  if (!inEnvelope) return body
  const code = status === 400 || status === 401 ? 1 : 2
  if ('detail' in body) return { code, error: body.detail }
  return { code, error: firstText(body), payload: body }
}

function firstText(errors: unknown): unknown {
  const [first] = Object.values(errors as object)
  return typeof errors === 'string' || first === undefined ? errors : firstText(first)
}

const byField = (bad: BadField[]) =>
  Object.fromEntries(bad.map(({ field, words }) => [field, words]))
const methodOf = (route: string) => route.split(' ')[0]!

/** What a row's route answers to a bad field. */
const told = (row: BodyRow, bad: BadField): [number, object] =>
  row.unlike?.(bad) ?? [400, row.says?.(bad) ?? inDialect(row, 400, byField([bad]))]

describe.each(bodyRows)('$route', (row) => {
  const { route, path, isPublic, good, fields, saysOfNoObject } = row
  const as = () => (isPublic ? undefined : stage.alice)
  const send = (given: object) => call(methodOf(route), path(stage), { ...given, as: as() })
  const everyField = Object.entries(fields).flatMap(([field, rule]) => badFields(field, rule))
  nothingIsWritten()

  it.each([...new Set(everyField.map(({ field }) => field))])('refuses a bad %s', async (field) => {
    for (const bad of everyField.filter((one) => one.field === field)) {
      const { status, body } = await send(jsonOf({ ...good(stage), ...bad.fields }))
      expect([bad.name, status, body]).toEqual([bad.name, ...told(row, bad)])
    }
  })

  it('refuses a body that cannot be read', async () => {
    for (const { name, given, status, body } of badBodies) {
      const answer = await send(given())
      const isNoObject = 'non_field_errors' in body
      const expected = (isNoObject && saysOfNoObject) || inDialect(row, status, body)
      expect([name, answer.status, answer.body]).toEqual([name, status, expected])
    }
  })

  const required = everyField.filter(({ fault }) => fault === 'required')
  const missing = required[0] && (row.says?.(required[0]) ?? inDialect(row, 400, byField(required)))
  const empty = row.empty ?? (missing ? [400, missing] : undefined)

  it('finds no field in a body without one', async () => {
    for (const [name, given] of emptyBodies) {
      const { status, body } = await send(given)
      expect([name, status, empty && body]).toEqual([name, ...(empty ?? [200, undefined])])
    }
  })

  const nulled = everyField.filter(({ fault }) => fault === 'null').slice(0, 1)

  it.each(nulled)('takes the last of two equal keys ($field)', async (bad) => {
    const { field } = bad
    const others = JSON.stringify({ ...good(stage), [field]: undefined }).slice(1, -1)
    const twice = `"${field}":"good","${field}":null,"__proto__":{"${field}":"good"}`
    const { status, body } = await send(rawJson(`{${others && `${others},`}${twice}}`))
    expect([status, body]).toEqual(told(row, bad))
  })

  const texts = Object.keys(fields).filter((field) => fields[field]?.kind === 'text')

  const files = Object.keys(fields).filter((field) => fields[field]?.file)

  it.each([...new Set([...texts, ...files])])(
    'refuses a file that is no text and no picture (%s)',
    async (field) => {
      const form = multipart(flat(good(stage)))
      form.set(field, new File(['Taro'], 'name.txt'))
      const { status, body } = await send({ form })
      const words = [fields[field]?.file ?? 'Not a valid string.']
      const bad: BadField = { name: 'a file', field, fields: {}, fault: 'other', words }
      expect([status, body]).toEqual(told(row, bad))
    },
  )

  it.each(texts)('refuses the same in a form (%s)', async (field) => {
    const given = everyField.filter((bad) => bad.field === field && isSayableInForms(bad))
    expect(given).not.toEqual([])
    for (const bad of given) {
      const sent = flat({ ...good(stage), ...bad.fields })
      for (const form of [sent, multipart(sent)]) {
        const { status, body } = await send({ form })
        expect([bad.name, status, body]).toEqual([bad.name, ...told(row, bad)])
      }
    }
  })
})

/** A form has no null, no lone surrogates and nothing that is no text. */
function isSayableInForms({ field, fields, fault }: BadField): boolean {
  const value = fields[field]
  return (
    typeof value === 'string' && value.isWellFormed() && value !== '<1e999>' && fault !== 'blank'
  )
}

/** A body as a form has it: what is inside an object has dotted names; of a list its one value. */
function flat(given: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]): [string, string][] =>
      typeof value === 'object' && !(Array.isArray(value) && value.length === 1)
        ? Object.entries(flat(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, String(value)]],
    ),
  )
}

describe.each(bodyRows.filter(({ isPublic }) => !isPublic))('$route', (row) => {
  nothingIsWritten()

  it('asks for a credential before it looks at the body', async () => {
    for (const bad of badBodies) {
      const { status, body } = await call(methodOf(row.route), row.path(stage), bad.given())
      const expected = inDialect(row, 401, noCredentials)
      expect([bad.name, status, body]).toEqual([bad.name, 401, expected])
    }
  })
})

describe.each(bodilessRows)('$route', (row) => {
  nothingIsWritten()

  it('looks at no body', async () => {
    for (const bad of badBodies) {
      const as = row.isPublic ? undefined : who(row)
      const { status, body } = await call(methodOf(row.route), row.path, { ...bad.given(), as })
      expect([bad.name, status, body]).toEqual([bad.name, row.status, row.body])
    }
  })
})

describe.each(recordRows)('$route', (row) => {
  const { route, path, json, hidden, unknown = 999_999, status: gone = 404 } = row
  const { missing, malformed, onlyDigits } = row
  const send = (id: Id, as?: Stage['alice']) =>
    call(methodOf(route), path(id), { ...(json ? { json } : {}), as })
  const badIds = malformedIds.filter((id) => !onlyDigits || /^\d+$/.test(id))
  nothingIsWritten()

  it('answers alike for what is missing and what one may not see, and to no malformed id', async () => {
    for (const id of [...(hidden ? [hidden(stage)] : []), unknown]) {
      const { status, body } = await send(id, who(row))
      expect([id, status, body]).toEqual([id, gone, missing])
    }
    for (const id of badIds) {
      const { status, body } = await send(id, who(row))
      expect([id, status, body]).toEqual([id, malformed ? 400 : gone, malformed ?? missing])
    }
  })

  it('asks for a credential first', async () => {
    for (const id of [...(hidden ? [hidden(stage)] : []), unknown, ...badIds]) {
      const { status, body } = await send(id)
      expect([id, status, body]).toEqual([id, 401, inDialect(row, 401, noCredentials)])
    }
  })
})

const cursors = { id: badCursors, form: badTextCursors, name: [], none: [] }
/** Cursors that are texts of any form: none of them breaks anything. */
const oddNames = ['cursor=%00', 'cursor=%FF', "cursor=1'%20or%201=1", 'cursor=%ED%A0%80', 'cursor=']

describe.each(listRows)('$route', (row) => {
  const path = row.route.slice('GET '.length)
  const ask = (query: string) => call('GET', `${path}?${query}`, { as: who(row) })
  nothingIsWritten()

  const bad = row.cursor === 'none' ? [] : [...badLimits, ...cursors[row.cursor]]

  it.each(bad)('refuses ?%s', async (query, expected) => {
    const { status, body } = await ask(query)
    expect([status, body]).toEqual([400, inDialect(row, 400, expected)])
  })

  it('minds no other names, however odd', async () => {
    const plain = await call('GET', path, { as: who(row) })
    expect(plain.status).toBe(200)
    for (const query of [
      '__proto__=1&__proto__=2',
      'constructor=x',
      'x[]=1',
      '&&=',
      'limit=5001',
    ]) {
      const { status, body } = await ask(query)
      expect([query, status, body]).toEqual([query, 200, plain.body])
    }
  })

  it.each(row.cursor === 'name' ? oddNames : [])('is not broken by ?%s', async (query) => {
    expect([200, 400]).toContain((await ask(query)).status)
  })
})

describe('a search', () => {
  it.each([
    ['/users/search_users?', 'Username is required'],
    ['/users/search_users?username=', 'Username is required'],
    ['/users/search_users?username=%00', 'Username is required'],
    ['/users/search_users?username=a&username=b', 'Username is required'],
  ])('refuses %s', async (path, error) => {
    const { status, body } = await call('GET', path, { as: stage.alice })
    expect([status, body]).toEqual([400, { code: 1, error }])
  })
})

describe('the rows above', () => {
  const routes = createApp().routes.filter(({ method }) => method !== 'ALL')
  const names = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))]
  const without = (pattern: RegExp, rows: { route: string }[]) => {
    const known = new Set(rows.map(({ route }) => route))
    return names.filter((name) => pattern.test(name) && !known.has(name))
  }

  it('are of routes that there are', () => {
    const rows = [...bodyRows, ...bodilessRows, ...recordRows, ...listRows]
    expect(rows.map(({ route }) => route).filter((route) => !names.includes(route))).toEqual([])
  })

  it('are there for every route that can have a body', () => {
    expect(without(/^(?:POST|PUT|PATCH) /, [...bodyRows, ...bodilessRows])).toEqual([])
  })

  it('are there for every route that has an id in its path', () => {
    // Everybody's: they are in `media.test.ts`, `contracts/service.test.ts` and
    // `contracts/calendar.test.ts`. The socket answers no plain GET: see `contracts/c-chat.test.ts`.
    const others = [
      'GET /media/:folder/:file',
      'GET /calendar/:file{.+[.]ics}',
      'GET /docs/:file',
      'GET /app/icons/:file',
      'GET /app/:page{.+}',
      'GET /ws/chat/:id',
    ]
    expect(without(/:/, recordRows).toSorted()).toEqual(others.toSorted())
  })

  it('are there for every list', () => {
    const others = [
      'GET /health',
      'GET /oauth/authorize',
      'GET /oauth/callback',
      'GET /.well-known/jwks.json',
      'GET /.well-known/security.txt',
      'GET /docs',
      'GET /api/push/key',
      // Staff's: see `contracts/webhooks.test.ts`.
      'GET /api/staff/webhooks',
      'GET /',
      'GET /app',
      'GET /app/sw.js',
      'GET /app/manifest.webmanifest',
      'GET /api/service',
      'GET /api/me',
      'GET /api/me/notification-preferences',
      'GET /api/notifications/counts',
      'GET /api/users/cards',
      'GET /openapi.json',
      'GET /asyncapi.json',
      'GET /api/staff/jobs/figures',
      'GET /users/search_users',
      'GET /ws/me',
    ]
    expect(without(/^GET [^:]*$/, listRows).toSorted()).toEqual(others.toSorted())
  })

  it('have good bodies that pass, so that only what is bad is refused', async () => {
    for (const { route, path, good, isPublic } of bodyRows) {
      const as = isPublic ? undefined : stage.alice
      const answer = await call(methodOf(route), path(stage), { json: good(stage), as })
      const { payload = answer.body } = answer.body ?? {}
      const isByField = answer.status === 400 && Object.values(payload).some(Array.isArray)
      expect([route, isByField, answer.body]).toEqual([route, false, answer.body])
    }
  })
})
