// /openapi.json and /asyncapi.json: that nothing is missing in them. That every answer and every frame of
// all tests is as they say is checked where these are received (../support/world.ts, sockets.ts); that
// other people's tools read them, in ../process/openapi.test.ts.
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import { describeService } from '../../src/wire/describe/document'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { endpoint } from '../../src/wire/describe/notes'
import { judge, judgeFrames } from '../support/described'
import { createWorld, readDocument } from '../support/world'

type Json = Record<string, any>

/** What the body of an operation that takes one has. */
const wholeBody = {
  'application/json': { examples: { one: {} } },
  'application/x-www-form-urlencoded': {},
  'multipart/form-data': {},
}

describe('GET /openapi.json', () => {
  it('has every route of the service, and nothing else', async () => {
    const document: Json = await readDocument('/openapi.json')
    const described = Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
      Object.keys(methods as Json).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = createApp()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`)
      .map((route) => route.replace('/:file{.+[.]ics}', '/{id}.ics'))
      .map((route) => route.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}'))
    const distinct = [...new Set(routes)].map((route) =>
      route.replace('/calendar/{id}.ics', '/calendar/{secret}.ics'),
    )
    expect(described.toSorted()).toEqual(distinct.toSorted())
  })

  it('is not made of a route that says nothing of itself', () => {
    const router = new Hono<AppEnv>().get('/made/:up', (c) => c.body(null))
    expect(() => describeService([router])).toThrow('GET /made/:up')
  })

  it('says of each operation who may call it, by what contract, with what example', async () => {
    const document: Json = await readDocument('/openapi.json')
    const operations: Json[] = Object.values(document['paths'] as Json).flatMap((path) =>
      Object.values(path as Json),
    )
    const ids = operations.map(({ operationId }) => operationId as string)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operationId, tags, summary, requestBody, responses } of operations) {
      expect([operationId, tags.length > 0, summary.length > 0]).toEqual([operationId, true, true])
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['429', '500', '503']))
      const content: Json = requestBody?.content ?? wholeBody
      expect([operationId, Object.keys(content)]).toEqual([operationId, Object.keys(wholeBody)])
      const { examples } = content['application/json']
      expect([operationId, Object.keys(examples ?? {}).length > 0]).toEqual([operationId, true])
    }
  })

  it('is kept for a while, and read by pages of other origins', async () => {
    const { call } = createWorld({ env: { CORS_ORIGINS: 'https://app.example.org' } })
    const headers = { origin: 'https://app.example.org' }
    const answer = await call('GET', '/openapi.json', { headers })
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
  })
})

describe('GET /asyncapi.json', () => {
  it('has both sockets, at the host that was asked', async () => {
    const origin = 'https://kith.test'
    const { call } = createWorld({ env: { PUBLIC_URL: 'https://api.example.org' }, origin })
    const { status, body } = await call('GET', '/asyncapi.json')
    expect([status, body.asyncapi, body.servers]).toEqual([
      200,
      '3.0.0',
      { here: { host: 'api.example.org', protocol: 'wss' } },
    ])
    const addresses = Object.values(body.channels as Json).map(({ address }) => address as string)
    expect(addresses).toEqual(['/ws/chat/{id}', '/ws/me'])
  })
})

describe('what the tests hold against the documents', () => {
  it('does not let pass an answer with a key, a type, a status or a body too many', () => {
    const router = new Hono<AppEnv>()
    const gone = { description: 'Gone.' }
    router.delete('/x/:id', endpoint({ tags: ['more'], summary: 'x', answers: { 204: gone } }))
    const judged = judge(describeService([router]))
    const answer = { method: 'DELETE', path: '/x/7/', status: 204, type: '', body: null }
    expect(judged(answer)).toEqual([])
    expect(judged({ ...answer, path: '/y' })).toEqual([])
    expect(judged({ ...answer, status: 200 })).toEqual(['DELETE /x/{id} has no 200'])
    expect(judged({ ...answer, type: 'text/plain', body: null })).toHaveLength(1)
    const fault = { ...answer, status: 500, type: 'application/json', body: { detail: 'x' } }
    expect(judged(fault)).toEqual([])
    expect(judged({ ...fault, body: { detail: 7 } })).not.toEqual([])
    expect(judged({ ...fault, body: { detail: 'x', more: 1 } })).not.toEqual([])
    expect(judged({ ...fault, type: '' })).toHaveLength(1)
  })

  it('does not let pass a frame that no message describes', async () => {
    const judged = judgeFrames(await readDocument('/asyncapi.json'))
    expect(judged('/ws/chat/7/', { type: 'typing', sender: 1, realSender: 'bob' })).toEqual([])
    expect(judged('/ws/chat/7/', 'pong')).toEqual([])
    expect(judged('/ws/chat/7/', { type: 'typing', sender: 1 })).not.toEqual([])
    expect(judged('/ws/chat/7/', { message: 'hi' })).not.toEqual([])
    expect(judged('/ws/me', { type: 'typing', sender: 1, realSender: 'bob' })).not.toEqual([])
  })
})
