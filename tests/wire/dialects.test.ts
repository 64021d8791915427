// The two forms of errors, `{detail}` and the envelope, and Django's words for fields, through a small
// app that has a route for each kind of thing that can go wrong.
import { type ErrorHandler, Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { DomainError, type ErrorCode, invalid } from '../../src/domain/base/errors'
import {
  boolean,
  email,
  integer,
  newPassword,
  nullable,
  optional,
  text,
  username,
} from '../../src/domain/base/fields'
import { date, dateTime } from '../../src/domain/base/fields/times'
import { answers, Refusal } from '../../src/wire/errors/answers'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { body } from '../../src/wire/input/body'
import { detail, envelope, errorsIn } from '../../src/wire/errors/dialects'

const Shape = z.object({
  name: text({ max: 5 }),
  username: optional(username),
  password: optional(newPassword),
  address: optional(email()),
  age: optional(integer({ min: 0, max: 150 })),
  agreed: optional(boolean),
  born: optional(nullable(date)),
  at: optional(dateTime),
  place: optional(z.object({ city: text(), zip: text({ max: 3 }) })),
  groups: optional(z.array(integer())),
})

function appIn(errors: ErrorHandler<AppEnv>) {
  const app = new Hono<AppEnv>()
  app.use((c, next) => {
    c.set('requestId', 'the-id')
    return next()
  })
  app.onError(errors)
  app.post('/body', body(Shape), (c) => c.json(c.req.valid('json')))
  app.get('/domain/:code', (c) => {
    throw new DomainError(c.req.param('code') as ErrorCode, { retryAfter: 42 })
  })
  app.get('/refusal/:status', (c) => {
    throw new Refusal(Number(c.req.param('status')) as 404, 'Those words.', { Allow: 'GET' })
  })
  app.get('/fault', () => {
    throw new Error('what nobody may read')
  })
  app.get(
    '/odd',
    answers({ 'permission.denied': () => ({ status: 404, body: { message: 'Nothing here' } }) }),
    () => {
      throw new DomainError('permission.denied')
    },
  )
  app.get('/several', () => {
    throw invalid({ path: ['username'], code: 'username_taken' }, { path: [], code: 'bad_cursor' })
  })
  return app
}

const plain = appIn(errorsIn(detail))
const enveloped = appIn(errorsIn(envelope))

async function ask(app: typeof plain, path: string) {
  const response = await app.request(path)
  return { status: response.status, headers: response.headers, body: await response.json() }
}

async function send(app: typeof plain, given: unknown) {
  const response = await app.request('/body', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  })
  return [response.status, await response.json()]
}

const badToken = 'Given token not valid for any token type'
const tokenError = (message: string) => ({
  detail: badToken,
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
})

describe('a domain error', () => {
  it.each<[ErrorCode, number, object, object]>([
    ['credential.invalid', 401, tokenError('Token is invalid'), { code: 1, error: badToken }],
    ['credential.expired', 401, tokenError('Token is expired'), { code: 1, error: badToken }],
    [
      'credential.wrong_type',
      401,
      tokenError('Token has wrong type'),
      { code: 1, error: badToken },
    ],
    [
      'credential.missing',
      401,
      { detail: 'Authentication credentials were not provided.' },
      { code: 1, error: 'Authentication credentials were not provided.' },
    ],
    ['credential.unknown', 401, { detail: 'Invalid token.' }, { code: 1, error: 'Invalid token.' }],
    [
      'account.inactive',
      401,
      { detail: 'User is inactive', code: 'user_inactive' },
      { code: 1, error: 'User is inactive' },
    ],
    [
      'refresh.revoked',
      401,
      { detail: 'Token is blacklisted', code: 'token_not_valid' },
      { code: 1, error: 'Token is blacklisted' },
    ],
    [
      'signin.code_required',
      401,
      { detail: 'A verification code is required.', code: 'code_required' },
      { code: 1, error: 'A verification code is required.' },
    ],
    [
      'permission.denied',
      403,
      { detail: 'You do not have permission to perform this action.' },
      { code: 2, error: 'You do not have permission to perform this action.' },
    ],
    [
      'tries.exceeded',
      429,
      { detail: 'Request was throttled. Expected available in 42 seconds.' },
      { code: 2, error: 'Request was throttled. Expected available in 42 seconds.' },
    ],
  ])('%s is %i in both forms', async (code, status, inDetail, inEnvelope) => {
    const one = await ask(plain, `/domain/${code}`)
    expect([one.status, one.body]).toEqual([status, inDetail])
    const other = await ask(enveloped, `/domain/${code}`)
    expect([other.status, other.body]).toEqual([status, inEnvelope])
    for (const { headers } of [one, other]) {
      expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="api"' : null)
      expect(headers.get('retry-after')).toBe(status === 429 ? '42' : null)
    }
  })

  it.each([
    ['credential.missing', 'not_authenticated'],
    ['credential.invalid', 'token_not_valid'],
    ['credential.expired', 'token_not_valid'],
    ['credential.wrong_type', 'token_not_valid'],
    // Another token would change nothing.
    ['credential.unknown', null],
    ['account.inactive', null],
    ['refresh.revoked', null],
    ['signin.code_required', null],
    ['permission.denied', null],
  ])('%s says %s of the credential in both forms', async (code, said) => {
    for (const app of [plain, enveloped]) {
      expect((await ask(app, `/domain/${code}`)).headers.get('error-code')).toBe(said)
    }
  })

  it('is answered in the words of the route, where it has some', async () => {
    for (const app of [plain, enveloped]) {
      const { status, body: answer } = await ask(app, '/odd')
      expect([status, answer]).toEqual([404, { message: 'Nothing here' }])
    }
  })

  it('blames no field where none is to blame', async () => {
    const fields = {
      username: ['A user with that username already exists.'],
      non_field_errors: ['Invalid cursor'],
    }
    expect((await ask(plain, '/several')).body).toEqual(fields)
    expect((await ask(enveloped, '/several')).body).toEqual({
      code: 1,
      error: fields.username[0],
      payload: fields,
    })
  })
})

describe('a refusal', () => {
  it.each([
    [400, 1],
    [403, 2],
    [404, 2],
    [405, 2],
    [413, 2],
    [415, 2],
  ])('%i keeps its words and headers in both forms', async (status, code) => {
    const one = await ask(plain, `/refusal/${status}`)
    expect([one.status, one.body]).toEqual([status, { detail: 'Those words.' }])
    const other = await ask(enveloped, `/refusal/${status}`)
    expect([other.status, other.body]).toEqual([status, { code, error: 'Those words.' }])
    expect([one.headers.get('allow'), other.headers.get('allow')]).toEqual(['GET', 'GET'])
  })
})

describe('a fault of ours', () => {
  it('says its request id and nothing else in both forms', async () => {
    const words = 'Internal server error. Request id: the-id'
    const one = await ask(plain, '/fault')
    expect([one.status, one.body]).toEqual([500, { detail: words }])
    const other = await ask(enveloped, '/fault')
    expect([other.status, other.body]).toEqual([500, { code: 2, error: words }])
  })
})

describe('a body that fails', () => {
  const required = 'This field is required.'
  const notAnObject = (kind: string) => `Invalid data. Expected a dictionary, but got ${kind}.`

  it.each<[object, object]>([
    [{}, { name: [required] }],
    [{ name: '' }, { name: ['This field may not be blank.'] }],
    [{ name: null }, { name: ['This field may not be null.'] }],
    [{ name: true }, { name: ['Not a valid string.'] }],
    [{ name: 'x'.repeat(6) }, { name: ['Ensure this field has no more than 5 characters.'] }],
    [
      { name: 'xxxxx\0\ud800' },
      {
        name: ['Ensure this field has no more than 5 characters.'],
      },
    ],
    [
      { name: 'x', username: '!', password: '7' },
      {
        username: [
          'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
        ],
        password: [
          'This password is too short. It must contain at least 8 characters.',
          'This password is entirely numeric.',
        ],
      },
    ],
    [{ name: 'x', address: 'x' }, { address: ['Enter a valid email address.'] }],
    [{ name: 'x', age: 'x' }, { age: ['A valid integer is required.'] }],
    [{ name: 'x', age: -1 }, { age: ['Ensure this value is greater than or equal to 0.'] }],
    [{ name: 'x', age: 151 }, { age: ['Ensure this value is less than or equal to 150.'] }],
    [{ name: 'x', agreed: 'x' }, { agreed: ['Must be a valid boolean.'] }],
    [
      { name: 'x', born: 'x' },
      { born: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'] },
    ],
    [
      { name: 'x', at: 'x' },
      {
        at: [
          'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
        ],
      },
    ],
    [
      { place: { zip: 'xxxx' } },
      {
        name: [required],
        place: { city: [required], zip: ['Ensure this field has no more than 3 characters.'] },
      },
    ],
    [{ name: 'x', place: [] }, { place: { non_field_errors: [notAnObject('list')] } }],
    [{ name: 'x', place: 'x' }, { place: { non_field_errors: [notAnObject('str')] } }],
    [{ name: 'x', groups: 'x' }, { groups: ['Expected a list of items but got type "str".'] }],
    [{ name: 'x', groups: {} }, { groups: ['Expected a list of items but got type "dict".'] }],
    [{ name: 'x', groups: [1, 'x'] }, { groups: { 1: ['A valid integer is required.'] } }],
    [[], { non_field_errors: [notAnObject('list')] }],
  ])('is told %j in both forms', async (given, expected) => {
    expect(await send(plain, given)).toEqual([400, expected])
    const [status, answer] = await send(enveloped, given)
    const { payload, ...rest } = answer as { payload: object }
    expect([status, payload]).toEqual([400, expected])
    expect(rest).toEqual({ code: 1, error: firstText(expected) })
  })

  it('names the kind of what came in place of an object', async () => {
    for (const [given, kind] of [
      [[], 'list'],
      ['x', 'str'],
      [7, 'int'],
      [7.5, 'float'],
      [true, 'bool'],
      [null, 'NoneType'],
    ] as const) {
      expect(await send(plain, given)).toEqual([400, { non_field_errors: [notAnObject(kind)] }])
    }
  })
})

describe('a body that passes', () => {
  const whole = {
    name: 'Taro',
    age: 7,
    agreed: true,
    born: null,
    place: { city: 'Kyoto', zip: '604' },
    groups: [1, 2],
  }

  it('comes as the shape decodes it', async () => {
    const given = { ...whole, age: '7', agreed: 'on', groups: ['1', 2], unknown: { a: 1 } }
    expect(await send(plain, given)).toEqual([200, whole])
  })

  it('has lists and empty dates in a form, too', async () => {
    const form = new URLSearchParams('name=Saburo&name=Taro&groups=1&groups=2&born=&agreed=on&x=1')
    const response = await plain.request('/body', { method: 'POST', body: form })
    const expected = { name: 'Taro', groups: [1, 2], born: null, agreed: true }
    expect([response.status, await response.json()]).toEqual([200, expected])
  })
})

/** The first of a body's texts, in the order of its fields. */
function firstText(errors: object): unknown {
  const [first] = Object.values(errors)
  return Array.isArray(first) ? first[0] : firstText(first as object)
}
