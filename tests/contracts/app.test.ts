// What a person sees who opens the service: / and the web app's page, its worker, manifest and icons; and
// the small calls that the app needs beside the contracts'.
import { beforeAll, describe, expect, it } from 'vitest'
import { noCredentials } from '../support/golden'
import { befriend } from '../support/relations'
import { type Person, signInAgain, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world
const withoutApp = createWorld({ env: { WEB_APP: 'off' } })

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
  "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types kith"

const notFound = { detail: 'Not found.' }
const accepting = (accept: string) => ({ headers: { accept } })

let [alice, bob, carol, dan] = [] as unknown as [Person, Person, Person, Person]
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  carol = await signUp(world, 'carol')
  dan = await signUp(world, 'dan')
})

describe('GET /', () => {
  const about = {
    name: 'Kith',
    app: 'http://kith.test/app/',
    docs: 'http://kith.test/docs',
    openapi: 'http://kith.test/openapi.json',
    health: 'http://kith.test/health',
  }

  it.each(['text/html', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'Text/HTML; q=0.1'])(
    'leads who takes pages to the app: %s',
    async (accept) => {
      const { status, headers } = await call('GET', '/', accepting(accept))
      expect([status, headers.get('location')]).toEqual([302, '/app/'])
      expect([headers.get('vary'), headers.get('cache-control')]).toEqual([
        'Accept, Origin',
        'no-store',
      ])
    },
  )

  it.each(['*/*', 'application/json', 'text/html;q=0', 'text/html; q=0.0', 'text/htmlx', ''])(
    'says to everybody else what this is: %s',
    async (accept) => {
      const { status, headers, body } = await call('GET', '/', accepting(accept))
      expect([status, body]).toEqual([200, about])
      expect(headers.get('vary')).toBe('Accept, Origin')
    },
  )

  it('is the JSON for everybody where there is no app', async () => {
    const { status, body } = await withoutApp.call('GET', '/', accepting('text/html'))
    expect([status, body]).toEqual([200, { ...about, app: null }])
  })

  it('has the name that the deployment has set', async () => {
    const named = createWorld({ env: { APP_NAME: 'Our street' } })
    expect((await named.call('GET', '/')).body.name).toBe('Our street')
    const manifest = JSON.parse((await named.call('GET', '/app/manifest.webmanifest')).text)
    expect([manifest.name, manifest.short_name]).toEqual(['Our street', 'Our street'])
  })
})

describe.each(['/app', '/app/', '/app/:page{.+}'])('GET %s', (route) => {
  const paths = route.includes(':')
    ? ['/app/chats/7', '/app/nothing/here', '/app/x.js', '/app/sign-in/']
    : [route]

  it('is the app’s page, whatever is asked for and however', async () => {
    for (const path of paths) {
      for (const accept of ['text/html', 'application/json', '*/*']) {
        const { status, headers, text } = await call('GET', path, accepting(accept))
        expect([path, status, headers.get('content-type')]).toEqual([
          path,
          200,
          'text/html; charset=utf-8',
        ])
        expect(headers.get('content-security-policy')).toBe(policy)
        expect(text).toContain('<div id="app"></div>')
        expect(text).not.toMatch(/<script(?![^>]* src="\/app\/assets\/)|<style| style=| on\w+=/)
      }
    }
  })

  it('is told to be unchanged, under the same policy', async () => {
    const { headers } = await call('GET', paths[0]!)
    expect(headers.get('cache-control')).toBe('public, no-cache')
    expect(headers.get('x-robots-tag')).toBe('noindex')
    expect(headers.get('permissions-policy')).toBe(
      'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    )
    for (const name of ['cross-origin-opener-policy', 'cross-origin-resource-policy']) {
      expect(headers.get(name)).toBe('same-origin')
    }
    const known = { headers: { 'if-none-match': headers.get('etag')! } }
    const again = await call('GET', paths[0]!, known)
    expect([again.status, again.text]).toEqual([304, ''])
    expect(again.headers.get('content-security-policy')).toBe(policy)
  })

  it('is not there where the deployment wants no app', async () => {
    const { status, body } = await withoutApp.call('GET', paths[0]!)
    expect([status, body]).toEqual([404, notFound])
  })

  it('reads no row and asks for no session', async () => {
    const { trips } = await world.cost(() => call('GET', paths[0]!))
    expect(trips).toBe(0)
  })
})

describe('a file of the app that is not there', () => {
  it.each(['/app/assets/nothing.js', '/app/assets/', '/app/icons/x.png', '/app/icons/..%2fsw.js'])(
    'is not found, for browsers too: %s',
    async (path) => {
      const { status, body } = await call('GET', path, accepting('text/html'))
      expect([status, body]).toEqual([404, notFound])
    },
  )
})

describe('another method', () => {
  it.each(['/', '/app', '/app/', '/app/chats', '/app/sw.js'])('is refused: %s', async (path) => {
    for (const method of ['POST', 'DELETE']) {
      const { status, headers, body } = await call(method, path)
      expect([status, body]).toEqual([405, { detail: `Method "${method}" not allowed.` }])
      expect(headers.get('allow')).toBe('GET, HEAD')
    }
  })
})

describe('GET /app/sw.js', () => {
  it('is the worker, under the app’s policy', async () => {
    const { status, headers, text } = await call('GET', '/app/sw.js')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(headers.get('content-security-policy')).toBe(policy)
    expect(text).toContain('/app/assets/')
  })

  it('takes away what it has left in browsers, where there is no app any more', async () => {
    const { status, text } = await withoutApp.call('GET', '/app/sw.js')
    expect(status).toBe(200)
    expect(text).toContain('caches.delete')
    expect(text).toContain('registration.unregister()')
    expect(text).not.toContain('/app/assets/')
  })
})

describe('GET /app/manifest.webmanifest', () => {
  it('says what the installed app is', async () => {
    const { status, headers, text } = await call('GET', '/app/manifest.webmanifest')
    const body = JSON.parse(text)
    expect([status, headers.get('content-type')]).toEqual([200, 'application/manifest+json'])
    expect(body).toMatchObject({ id: '/app/', name: 'Kith', scope: '/app/', display: 'standalone' })
    for (const { src } of body.icons) expect((await call('GET', src)).status).toBe(200)
    expect((await withoutApp.call('GET', '/app/manifest.webmanifest')).status).toBe(404)
  })
})

describe('GET /app/icons/:file', () => {
  it('is a picture', async () => {
    const { status, headers, bytes } = await call('GET', '/app/icons/kith-192.png')
    expect([status, headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(new TextDecoder().decode(bytes.slice(1, 4))).toBe('PNG')
  })
})

describe('GET /api/service', () => {
  const service = { name: 'Kith', sign_in: { providers: [] }, registration: 'open', demo: [] }
  const people = [{ username: 'alice', password: 'a good password', about: 'has friends' }]
  const env = { DEMO_PEOPLE: JSON.stringify(people) }

  it('says what the deployment offers, to everybody, without the database', async () => {
    const { trips } = await world.cost(() => call('GET', '/api/service/'))
    expect(trips).toBe(0)
    const { status, headers, body } = await call('GET', '/api/service/')
    expect([status, body]).toEqual([200, service])
    expect(headers.get('cache-control')).toBe('public, max-age=60')
  })

  it('names the other services that people sign in through', async () => {
    const env = {
      FORTYTWO_CLIENT_ID: 'id',
      FORTYTWO_CLIENT_SECRET: 'secret',
      REGISTRATION: 'closed',
    }
    const { body } = await createWorld({ env }).call('GET', '/api/service')
    expect(body).toEqual({
      ...service,
      sign_in: { providers: [{ id: '42', name: '42 Intra', url: '/oauth/authorize' }] },
      registration: 'closed',
    })
  })

  it.each(['http://localhost:8787', 'http://127.0.0.1', 'http://[::1]:1'])(
    'tells the machine itself of a demo’s people: %s',
    async (origin) => {
      const { body } = await createWorld({ env, origin }).call('GET', '/api/service')
      expect(body.demo).toEqual(people)
    },
  )

  it.each(['http://kith.test', 'https://localhost.example', 'http://127.0.0.2', 'http://10.0.0.1'])(
    'never tells another host: %s',
    async (origin) => {
      const { body } = await createWorld({ env, origin }).call('GET', '/api/service')
      expect(body.demo).toEqual([])
    },
  )

  it('never tells where a public address is set', async () => {
    const set = { ...env, PUBLIC_URL: 'http://localhost' }
    const { body } = await createWorld({ env: set, origin: 'http://localhost' }).call(
      'GET',
      '/api/service',
    )
    expect(body.demo).toEqual([])
  })

  it.each([
    'no JSON',
    '{}',
    '[1]',
    '[{"username":"alice"}]',
    JSON.stringify(Array(21).fill(people[0])),
  ])('serves nothing with people that are none: %s', async (text) => {
    const broken = createWorld({ env: { DEMO_PEOPLE: text } })
    expect((await broken.call('GET', '/api/service')).status).toBe(503)
  })
})

describe('GET /api/me', () => {
  it('says who is signed in, in one round trip', async () => {
    const { trips } = await world.cost(() => call('GET', '/api/me/', { as: alice }))
    expect(trips).toBe(1)
    const { status, body } = await call('GET', '/api/me/', { as: alice })
    expect([status, body]).toEqual([
      200,
      {
        id: alice.id,
        username: alice.username,
        first_name: '',
        last_name: '',
        profile_picture: 'http://kith.test/media/avatars/default.png',
        groups: [],
        session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        signed_in_at: '2026-01-15T10:30:00Z',
      },
    ])
    const { body: sessions } = await call('GET', '/api/sessions', { as: alice })
    expect(sessions.map(({ id }: any) => id)).toContain(body.session_id)
  })

  it('names the groups', async () => {
    const parent = { username: 'parent', password: 'a good password', groups: [3] }
    await call('POST', '/api/register/', { json: parent })
    const { body: tokens } = await call('POST', '/api/token/', { json: parent })
    const { body } = await call('GET', '/api/me/', { as: tokens })
    expect(body.groups).toEqual(['Parents'])
  })

  it('is for who is signed in', async () => {
    const { status, body } = await call('GET', '/api/me/')
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('GET /api/users/cards', () => {
  const card = (person: Person, more: object = {}) => ({
    id: person.id,
    username: person.username,
    first_name: '',
    last_name: '',
    profile_picture: 'http://kith.test/media/avatars/default.png',
    is_connected: true,
    is_friend: false,
    ...more,
  })
  const cards = (ids: string, as: Person | undefined = alice) =>
    call('GET', `/api/users/cards/?ids=${ids}`, { as })

  it('says who stands behind ids, each once, by id, in one round trip', async () => {
    await befriend(alice, bob)
    const ids = `${carol.id},${bob.id},${alice.id}, ${bob.id}`
    const { trips } = await world.cost(() => cards(ids))
    expect(trips).toBe(1)
    const { status, body } = await cards(ids)
    expect([status, body]).toEqual([
      200,
      [card(alice), card(bob, { is_friend: true }), card(carol)],
    ])
  })

  it('leaves out whom one does not find', async () => {
    await call('POST', `/users/blocks/${alice.id}`, { as: dan })
    expect((await cards(`${dan.id},${bob.id},999999`)).body.map(({ id }: any) => id)).toEqual([
      bob.id,
    ])
    expect((await cards(`${alice.id}`, dan)).body).toEqual([])
  })

  it('shows who has gone', async () => {
    world.clock.advance(3_600_000)
    const { body } = await cards(`${carol.id}`, await signInAgain(world, alice))
    expect(body).toEqual([card(carol, { is_connected: false })])
    world.clock.advance(-3_600_000)
  })

  it.each(['', '1,', 'a', '1;2', '-1', '1.5', `${'1,'.repeat(100)}1`, '9'.repeat(16)])(
    'wants 1 to 100 ids: %s',
    async (ids) => {
      const { status, body } = await cards(ids, bob)
      expect([status, body]).toEqual([400, { ids: ['Give 1 to 100 ids.'] }])
    },
  )

  it('takes a hundred', async () => {
    const ids = Array.from({ length: 100 }, (_, place) => place + 1_000_000).join(',')
    expect((await cards(ids, bob)).body).toEqual([])
  })

  it('is for who is signed in', async () => {
    const { status, body } = await call('GET', '/api/users/cards?ids=1')
    expect([status, body]).toEqual([401, noCredentials])
  })
})
