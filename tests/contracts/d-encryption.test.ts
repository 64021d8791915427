// Contract D: passwords that its clients encrypt (compact JWE), and the key they encrypt them for.
import { Hono } from 'hono'
import {
  calculateJwkThumbprint,
  CompactEncrypt,
  type CompactJWEHeaderParameters,
  type CryptoKey as Key,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { openNewPassword, openPassword } from '../../src/domain/accounts/passwords/sealed-passwords'
import { text } from '../../src/domain/base/fields'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { body } from '../../src/wire/input/body'
import { envelope, errorsIn } from '../../src/wire/errors/dialects'
import { signUp } from '../support/people'
import { createWorld, type World } from '../support/world'

let jwk: JWK
let publicKey: Key
let world: World

/** A service with a key, and two routes that answer with the password that they understood. */
function worldWith(env: Record<string, unknown>): World {
  const made = createWorld({ env })
  const probe = new Hono<AppEnv>()
  probe.onError(errorsIn(envelope))
  const Shape = z.object({ password: text({ verbatim: true }) })
  probe.post('/probe/any', body(Shape), async (c) =>
    c.json({ meant: await openPassword(c.get('context'), c.req.valid('json').password) }),
  )
  probe.post('/probe/new', body(Shape), async (c) => {
    const { password } = c.req.valid('json')
    return c.json({ meant: await openNewPassword(c.get('context'), password, 'password') })
  })
  made.app.route('/', probe)
  return made
}

beforeAll(async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  jwk = { ...(await exportJWK(pair.privateKey)), kid: 'the key of the tests' }
  publicKey = pair.publicKey
  world = worldWith({ PASSWORD_ENCRYPTION_JWK: JSON.stringify(jwk) })
})

type Seal = Partial<CompactJWEHeaderParameters> & Record<string, unknown>

/** A password as a client sends it encrypted. */
function seal(password: string | Uint8Array, header: Seal = {}, key: Key | Uint8Array = publicKey) {
  const plaintext = typeof password === 'string' ? new TextEncoder().encode(password) : password
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', ...header })
    .encrypt(key)
}

async function sent(password: string, to: 'any' | 'new' = 'any', on = world) {
  const { status, body } = await on.call('POST', `/probe/${to}`, { json: { password } })
  return [status, body]
}

const refused = [400, { code: 2, error: 'The encrypted password could not be decrypted' }]

describe('GET /.well-known/jwks.json', () => {
  it('answers with the public key alone, which may be kept for five minutes', async () => {
    const { status, body, headers } = await world.call('GET', '/.well-known/jwks.json')
    const { x, y, kid } = jwk
    const key = { kty: 'EC', crv: 'P-256', x, y, kid, use: 'enc', alg: 'ECDH-ES' }
    expect([status, body]).toEqual([200, { keys: [key] }])
    expect(headers.get('cache-control')).toBe('public, max-age=300')
  })

  it('names a key without a name by its thumbprint (RFC 7638)', async () => {
    const unnamed = { ...rfcKey, kid: undefined }
    const { body } = await worldWith({
      PASSWORD_ENCRYPTION_JWK: JSON.stringify(unnamed),
    }).call('GET', '/.well-known/jwks.json')
    expect(body.keys[0].kid).toBe(await calculateJwkThumbprint(unnamed, 'sha256'))
  })

  it('has a key that a client can encrypt for', async () => {
    const { body } = await world.call('GET', '/.well-known/jwks.json/')
    const key = (await importJWK(body.keys[0])) as Key
    expect(await sent(await seal('as published', { kid: body.keys[0].kid }, key))).toEqual([
      200,
      { meant: 'as published' },
    ])
  })

  it('has none where the deployment has none', async () => {
    const { status, body } = await createWorld().call('GET', '/.well-known/jwks.json')
    expect([status, body]).toEqual([200, { keys: [] }])
  })
})

describe('a password in D’s bodies', () => {
  it.each([
    'a good password',
    'pässwörd 密碼 🔑',
    '  kept blanks ',
    '\ufeffkept mark',
    'a.b.c.d.e',
  ])('may be encrypted: %j', async (password) => {
    expect(await sent(await seal(password))).toEqual([200, { meant: password }])
  })

  it('may say which key it is for, and who the two sides are', async () => {
    const [apu, apv] = [new Uint8Array([1]), new Uint8Array([2])]
    const jwe = await new CompactEncrypt(new TextEncoder().encode('a good password'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid! })
      .setKeyManagementParameters({ apu, apv })
      .encrypt(publicKey)
    expect(await sent(jwe)).toEqual([200, { meant: 'a good password' }])
  })

  it.each([
    ['plain text', 'a good password'],
    ['five parts that are no JWE', 'one.two.three.four.five'],
    ['a header without enc', `${encoded({ alg: 'ECDH-ES' })}..a.b.c`],
    ['a JWT, which has three parts', `${encoded({ alg: 'HS256', enc: 'A256GCM' })}.e30.sig`],
    ['six parts', `${encoded({ alg: 'ECDH-ES', enc: 'A256GCM' })}.a.b.c.d.e`],
    ['letters that base64url has not', `${encoded({ alg: 'ECDH-ES', enc: 'A256GCM' })}.a.b.c.d+`],
    ['a header that is a list', `${encoded(['enc'])}.a.b.c.d`],
  ])('is taken as it is when it is %s', async (_name, password) => {
    expect(await sent(password)).toEqual([200, { meant: password }])
  })

  it('is refused when it is encrypted for another key', async () => {
    const other = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
    expect(await sent(await seal('a good password', {}, other.publicKey))).toEqual(refused)
    const named = { kid: 'another key' }
    expect(await sent(await seal('a good password', named))).toEqual(refused)
  })

  it.each(['ECDH-ES+A256KW', 'ECDH-ES+A128KW'])('is refused with the algorithm %s', async (alg) => {
    expect(await sent(await seal('a good password', { alg }))).toEqual(refused)
  })

  it('is refused with RSA-OAEP, dir, A256KW and PBES2', async () => {
    const rsa = await generateKeyPair('RSA-OAEP-256')
    expect(await sent(await seal('pw', { alg: 'RSA-OAEP-256' }, rsa.publicKey))).toEqual(refused)
    const secret = new Uint8Array(32)
    expect(await sent(await seal('pw', { alg: 'dir' }, secret))).toEqual(refused)
    expect(await sent(await seal('pw', { alg: 'A256KW' }, secret))).toEqual(refused)
    const pbes = { alg: 'PBES2-HS256+A128KW' }
    expect(await sent(await seal('pw', pbes, secret))).toEqual(refused)
  })

  it.each(['A128GCM', 'A192GCM', 'A128CBC-HS256', 'A256CBC-HS512'])(
    'is refused with the content encryption %s',
    async (enc) => {
      expect(await sent(await seal('a good password', { enc }))).toEqual(refused)
    },
  )

  it('is refused when it is compressed', async () => {
    const compressed = await seal('a good password'.repeat(20), { zip: 'DEF' })
    expect(headerOf(compressed)).toMatchObject({ zip: 'DEF' })
    expect(await sent(compressed)).toEqual(refused)
  })

  it('is refused when it demands what we do not understand', async () => {
    const parts = (await seal('a good password')).split('.')
    const header = { ...headerOf(parts.join('.')), crit: ['x'], x: 1 }
    expect(await sent([encoded(header), ...parts.slice(1)].join('.'))).toEqual(refused)
  })

  it.each<[string, (parts: string[]) => string[]]>([
    ['a truncated tag', ([h, k, iv, text, tag]) => [h!, k!, iv!, text!, tag!.slice(0, -2)]],
    ['no tag', ([h, k, iv, text]) => [h!, k!, iv!, text!, '']],
    ['a truncated text', ([h, k, iv, text, tag]) => [h!, k!, iv!, text!.slice(0, -4), tag!]],
    ['no text', ([h, k, iv, , tag]) => [h!, k!, iv!, '', tag!]],
    ['a short iv', ([h, k, iv, text, tag]) => [h!, k!, iv!.slice(0, 8), text!, tag!]],
    ['an encrypted key', ([h, , iv, text, tag]) => [h!, 'AAAA', iv!, text!, tag!]],
    ['an enc that is no text', ([, ...rest]) => [encoded({ alg: 'ECDH-ES', enc: 1 }), ...rest]],
    ['no ephemeral key', ([, ...rest]) => [encoded({ alg: 'ECDH-ES', enc: 'A256GCM' }), ...rest]],
    ['an ephemeral key off the curve', withEpk({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })],
    [
      'an ephemeral key of another curve',
      withEpk({ kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) }),
    ],
    ['an ephemeral key that is a text', withEpk('AA')],
    ['an ephemeral key that is null', withEpk(null)],
  ])('is refused with %s', async (_name, alter) => {
    const parts = (await seal('a good password')).split('.')
    expect(await sent(alter(parts).join('.'))).toEqual(refused)
  })

  it('is refused at more than 8 KiB, encrypted well or not', async () => {
    const almost = await seal('x'.repeat(5900))
    expect(almost.length).toBeLessThanOrEqual(8192)
    expect(await sent(almost)).toEqual([200, { meant: 'x'.repeat(5900) }])
    const long = await seal('x'.repeat(6800))
    expect(long.length).toBeGreaterThan(9 * 1024)
    expect(await sent(long)).toEqual(refused)
  })

  it('is refused when it holds bytes that are no text', async () => {
    expect(await sent(await seal(new Uint8Array([0xff, 0xfe])))).toEqual(refused)
  })

  it('is refused encrypted where the deployment has no key', async () => {
    const without = worldWith({})
    expect(await sent(await seal('a good password'), 'any', without)).toEqual(refused)
    expect(await sent('a good password', 'any', without)).toEqual([
      200,
      { meant: 'a good password' },
    ])
  })
})

describe('a new password in D’s bodies', () => {
  it.each([
    ['a good password', [200, { meant: 'a good password' }]],
    ['short', bad('This password is too short. It must contain at least 8 characters.')],
    ['12345678', bad('This password is entirely numeric.')],
    ['', bad('This field may not be blank.')],
    ['x'.repeat(257), bad('Ensure this field has no more than 256 characters.')],
  ])('holds to the rules in what was meant: %j', async (password, answer) => {
    expect(await sent(await seal(password), 'new')).toEqual(answer)
  })

  it('is refused like any other when it does not decrypt', async () => {
    expect(await sent(await seal('a good password', { kid: 'another' }), 'new')).toEqual(refused)
  })
})

describe('PATCH /users/user_details/sensitive with encrypted passwords', () => {
  const path = '/users/user_details/sensitive/'

  it('changes the password to what was meant', async () => {
    const alice = await signUp(world, 'alice')
    const json = {
      validation_password: await seal(alice.password),
      password: await seal('a better password'),
    }
    const { status, body } = await world.call('PATCH', path, { json, as: alice })
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: {
          message: 'User info updated successfully',
          data: { id: alice.id, email: '', phone_number: '' },
        },
      },
    ])
    const { username } = alice
    const signIn = (password: string) =>
      world.call('POST', '/accounts/login/', { json: { username, password } })
    expect((await signIn('a better password')).status).toBe(200)
    expect((await signIn(json.password)).status).toBe(401)
    expect((await signIn(alice.password)).status).toBe(401)
  })

  it('refuses a wrong one as a wrong one, and one that does not decrypt with code 2', async () => {
    const bob = await signUp(world, 'bob')
    const tried = async (validation_password: string) => {
      const json = { validation_password, phone_number: '+12125550123' }
      const { status, body } = await world.call('PATCH', path, { json, as: bob })
      return [status, body]
    }
    expect(await tried(await seal('not the password'))).toEqual([
      401,
      { code: 1, error: 'Current password is incorrect' },
    ])
    expect(await tried(await seal(bob.password, { kid: 'another key' }))).toEqual(refused)
    expect((await tried(await seal(bob.password)))[0]).toBe(200)
  })
})

describe('PASSWORD_ENCRYPTION_JWK', () => {
  it.each<[string, (key: JWK) => string]>([
    ['no JSON', () => 'a key'],
    ['a list', () => '[]'],
    ['null', () => 'null'],
    ['a public key', (key) => JSON.stringify({ ...key, d: undefined })],
    ['a key of another curve', (key) => JSON.stringify({ ...key, crv: 'P-384' })],
    ['a key of another kind', (key) => JSON.stringify({ ...key, kty: 'OKP' })],
    ['a short coordinate', (key) => JSON.stringify({ ...key, x: key.x!.slice(1) })],
    ['a point off the curve', (key) => JSON.stringify({ ...key, x: key.y })],
    ['halves of two keys', (key) => JSON.stringify({ ...key, d: rfcKey.d })],
  ])('that is %s keeps the Worker from serving', async (_name, alter) => {
    const broken = createWorld({ env: { PASSWORD_ENCRYPTION_JWK: alter(jwk) } })
    const { status, body } = await broken.call('GET', '/health')
    expect([status, body]).toEqual([
      503,
      { detail: 'The service is not configured. Its log says what is missing.' },
    ])
  })

  it('that is whole lets it serve', async () => {
    expect((await world.call('GET', '/health')).status).toBe(200)
  })
})

/** RFC 7518, appendix C: Bob's key. */
const rfcKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
  y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
  d: 'VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw',
  kid: 'bob',
}

function bad(words: string) {
  return [400, { code: 1, error: words, payload: { password: [words] } }]
}

function encoded(header: unknown): string {
  return btoa(JSON.stringify(header)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function headerOf(jwe: string): Record<string, unknown> {
  return JSON.parse(atob(jwe.split('.', 1)[0]!.replaceAll('-', '+').replaceAll('_', '/')))
}

/** The same JWE with another ephemeral key in its header. */
function withEpk(epk: unknown) {
  return ([, ...rest]: string[]) => [encoded({ alg: 'ECDH-ES', enc: 'A256GCM', epk }), ...rest]
}
