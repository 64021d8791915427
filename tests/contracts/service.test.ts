// What holds on every path, whichever contract it is of; and the service's own paths.
import { beforeAll, describe, expect, it } from 'vitest'
import { withBrokenDatabase } from '../support/broken-database'
import { noCredentials } from '../support/golden'
import { type Person, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

describe('GET /health', () => {
  it('says that the database answers', async () => {
    for (const path of ['/health', '/health/']) {
      const { status, body } = await call('GET', path)
      expect([status, body]).toEqual([200, { status: 'ok' }])
    }
  })

  it('says so when it does not', async () => {
    const broken = createWorld({ context: withBrokenDatabase('D1_ERROR: no such database') })
    const { status, body } = await broken.call('GET', '/health')
    expect([status, body]).toEqual([503, { status: 'unavailable' }])
  })
})

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

describe('GET /docs', () => {
  it('is the page that shows the description, with nothing to run in itself', async () => {
    for (const path of ['/docs', '/docs/']) {
      const { status, headers, text } = await call('GET', path)
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(headers.get('content-security-policy')).toBe(pagePolicy)
      expect(text).toContain('<main id="ui"></main>')
      expect(text).not.toMatch(/<script(?![^>]* src="\/docs\/)|<style| style=| on\w+=|https?:/)
    }
  })

  it('is told to be unchanged, under the same policy, which a browser then keeps', async () => {
    const { headers } = await call('GET', '/docs')
    expect(headers.get('cache-control')).toBe('public, no-cache')
    const known = { 'if-none-match': headers.get('etag')! }
    const again = await call('GET', '/docs', { headers: known })
    expect([again.status, again.text]).toEqual([304, ''])
    expect(again.headers.get('content-security-policy')).toBe(pagePolicy)
    expect((await call('GET', '/docs', { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })
})

describe('GET /docs/:file', () => {
  it.each([
    ['init.js', 'text/javascript; charset=utf-8', "url: '/openapi.json'"],
    ['page.css', 'text/css; charset=utf-8', 'body {'],
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8', 'SwaggerUIBundle'],
    ['swagger-ui.css', 'text/css; charset=utf-8', '.swagger-ui'],
  ])('is a part of the page: %s', async (file, type, part) => {
    const { status, headers, text } = await call('GET', `/docs/${file}`)
    expect([status, headers.get('content-type')]).toEqual([200, type])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text).toContain(part)
    const known = { 'if-none-match': headers.get('etag')! }
    expect((await call('GET', `/docs/${file}`, { headers: known })).status).toBe(304)
  })

  it.each(['index.html', 'swagger-ui-bundle.js.LICENSE.txt', '..%2fmedia', 'init.js%00', 'x'])(
    'is nothing else: %s',
    async (file) => {
      const { status, body } = await call('GET', `/docs/${file}`)
      expect([status, body]).toEqual([404, { detail: 'Not found.' }])
    },
  )
})

describe('GET /media/:folder/:file', () => {
  it('shows a picture to everybody', async () => {
    const { status, headers, bytes } = await call('GET', '/media/avatars/default.png')
    expect([status, headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(new TextDecoder().decode(bytes.slice(1, 4))).toBe('PNG')
  })

  it('knows nothing under a key that is nobody’s', async () => {
    const { status, body } = await call('GET', '/media/avatars/nobody.png')
    expect([status, body]).toEqual([404, { detail: 'Not found.' }])
  })
})

describe('an unknown path', () => {
  it.each(['/friend/', '/friends/1/2/', '/friends//', '/accounts/', '/accounts/signup/x'])(
    'is not found: %s',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { status, body } = await call(method, path, { as: alice })
        expect([status, body]).toEqual([404, { detail: 'Not found.' }])
      }
    },
  )
})

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/accounts/signup/', 'POST'],
    ['GET', '/accounts/login', 'POST'],
    ['PUT', '/accounts/refresh/', 'POST'],
    ['DELETE', '/accounts/logout/', 'POST'],
    ['PATCH', '/friends/', 'GET, HEAD, POST'],
    ['POST', '/friends/1', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['POST', '/health', 'GET, HEAD'],
    // Words where their neighbours have an id.
    ['GET', '/api/plans/add/', 'POST'],
    ['DELETE', '/api/plans/add', 'POST'],
    ['GET', '/api/rsvp/add', 'POST'],
    ['PATCH', '/api/rsvp/add/', 'POST'],
    ['PATCH', '/api/rsvp/user', 'GET, HEAD'],
    ['PATCH', '/api/friends/list', 'GET, HEAD'],
    ['PUT', '/api/plans/68dabba350510db53d9af43d', 'GET, HEAD'],
    ['GET', '/api/rsvp/68dabba350510db53d9af43d', 'PATCH'],
  ])('is not allowed: %s %s', async (method, path, allow) => {
    const { status, headers, body } = await call(method, path)
    expect([status, body]).toEqual([405, { detail: `Method "${method}" not allowed.` }])
    expect(headers.get('allow')).toBe(allow)
  })
})

describe('HEAD', () => {
  it('is answered as GET is, without the body', async () => {
    const { status, text } = await call('HEAD', '/friends/', { as: alice })
    expect([status, text]).toEqual([200, ''])
    expect((await call('HEAD', '/friends/')).status).toBe(401)
  })
})

describe('both spellings of a path', () => {
  it('are answered alike, and never with a redirect', async () => {
    for (const path of ['/friends', '/friends/']) {
      const signedIn = await call('GET', path, { as: alice })
      expect([signedIn.status, signedIn.body]).toEqual([200, []])
      const refused = await call('GET', path)
      expect([refused.status, refused.body]).toEqual([401, noCredentials])
    }
  })
})
