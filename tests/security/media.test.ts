// How pictures are served, and that the store holds what its rows say.
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { discardPicture, savePicture } from '../../src/domain/media/media'
import { sweep } from '../../src/domain/moving/sweep'
import { createContext } from '../../src/platform/context'
import { readSettings } from '../../src/settings'
import { database } from '../support/database'
import { signUp } from '../support/people'
import * as file from '../support/pictures'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

function context() {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.problems.join())
  const options = { jobKinds: {}, now: () => world.clock.now }
  const client = { address: '', userAgent: '' }
  return createContext(env, read.settings, client, createExecutionContext(), options)
}

async function storedAvatar() {
  const alice = await signUp(world, 'alice')
  const key = await savePicture(context(), { ownerId: alice.id, kind: 'avatar' }, file.png())
  return { alice, key, path: `/media/${key}` }
}

describe('GET /media/:folder/:file', () => {
  it('serves a picture with its type, for good, and as a page that may do nothing', async () => {
    const { path } = await storedAvatar()
    expect(path).toMatch(/^\/media\/avatars\/[0-9a-f]{40}\.png$/)
    for (const asked of [path, `${path}/`]) {
      const { status, headers } = await call('GET', asked)
      expect([status, Object.fromEntries(headers)]).toEqual([
        200,
        expect.objectContaining({
          'content-type': 'image/png',
          'content-length': String(file.png().length),
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
          'x-content-type-options': 'nosniff',
          'accept-ranges': 'bytes',
          etag: expect.stringMatching(/^"[0-9a-f]+"$/),
        }),
      ])
    }
    expect((await call('HEAD', path)).headers.get('content-type')).toBe('image/png')
  })

  it('has the very bytes', async () => {
    const { path } = await storedAvatar()
    expect((await call('GET', path)).bytes).toEqual(file.png())
  })

  it('answers 304 to whoever has it already', async () => {
    const { path } = await storedAvatar()
    const etag = (await call('GET', path)).headers.get('etag')!
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, text } = await call('GET', path, { headers: { 'if-none-match': known } })
      expect([known, status, text]).toEqual([known, 304, ''])
    }
    const other = await call('GET', path, { headers: { 'if-none-match': '"other"' } })
    expect(other.status).toBe(200)
  })

  const whole = new TextDecoder().decode(file.png())
  it.each([
    ['bytes=1-3', 206, 'bytes 1-3/SIZE', 'PNG'],
    ['bytes=1-1', 206, 'bytes 1-1/SIZE', 'P'],
    ['bytes=0-9999', 206, 'bytes 0-LAST/SIZE', whole],
    ['bytes=-0', 416, 'bytes */SIZE', '{"detail":"Range not satisfiable."}'],
    ['bytes=9999-', 416, 'bytes */SIZE', '{"detail":"Range not satisfiable."}'],
    ['bytes=3-1', 200, '', whole],
    ['bytes=0-0,2-2', 200, '', whole],
    ['lines=0-1', 200, '', whole],
  ])('answers the range %s', async (range, status, contentRange, text) => {
    const { path } = await storedAvatar()
    const size = file.png().length
    const answer = await call('GET', path, { headers: { range } })
    const expected = contentRange.replace('SIZE', `${size}`).replace('LAST', `${size - 1}`)
    const told = answer.headers.get('content-range') ?? ''
    expect([answer.status, told, answer.text]).toEqual([status, expected, text])
  })

  it('answers the last bytes, and the whole where the version asked for is another', async () => {
    const { path } = await storedAvatar()
    const tail = await call('GET', path, { headers: { range: 'bytes=-8' } })
    expect([tail.status, tail.text.slice(0, 4)]).toEqual([206, 'IEND'])
    const headers = { range: 'bytes=0-0', 'if-range': '"other"' }
    expect((await call('GET', path, { headers })).status).toBe(200)
  })

  it('has a default avatar of ours', async () => {
    const path = '/media/avatars/default.png'
    const { status, headers } = await call('GET', path)
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'image/png',
      'public, max-age=86400',
    ])
    const known = { 'if-none-match': headers.get('etag')! }
    expect((await call('GET', path, { headers: known })).status).toBe(304)
    const part = await call('GET', path, { headers: { range: 'bytes=1-3' } })
    expect([part.status, part.text]).toEqual([206, 'PNG'])
  })

  it.each([
    '/media/avatars/nobody.png',
    '/media/avatars/0000000000000000000000000000000000000000.png',
    '/media/avatars/..%2F..%2Fwrangler.toml',
    '/media/avatars/%2e%2e%2fdefault.png',
    '/media/../media/avatars/none.png',
    '/media/media/avatars/fary.png',
    '/media/avatars',
    '/media',
  ])('knows nothing of %s', async (path) => {
    const { status, body, headers } = await call('GET', path)
    expect([status, body, headers.get('cache-control')]).toEqual([
      404,
      { detail: 'Not found.' },
      'no-store',
    ])
  })
})

describe('the store', () => {
  it('never takes what is no picture', async () => {
    const { alice } = await storedAvatar()
    const place = { ownerId: alice.id, kind: 'avatar' } as const
    const svg = file.bytes('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    await expect(savePicture(context(), place, svg)).rejects.toMatchObject({
      code: 'fields.invalid',
      issues: [{ path: ['picture'], code: 'not_picture' }],
    })
    expect(await rowsOf(alice.id)).toHaveLength(1)
  })

  it('takes nothing of somebody who is not there', async () => {
    const { alice } = await storedAvatar()
    await database.prepare('update users set is_active = 0 where id = ?').bind(alice.id).run()
    const before = await env.MEDIA.list()
    const place = { ownerId: alice.id, kind: 'avatar' } as const
    await expect(savePicture(context(), place, file.png())).rejects.toMatchObject({
      code: 'account.inactive',
    })
    expect((await env.MEDIA.list()).objects.length).toBe(before.objects.length)
  })

  it('keeps a picture of a conversation beside its row', async () => {
    const { alice } = await storedAvatar()
    const bob = await signUp(world, 'bob')
    const conversation = await database
      .prepare(
        'insert into conversations (initiator_id, receiver_id, created_at) values (?, ?, 0) returning id',
      )
      .bind(alice.id, bob.id)
      .first<{ id: number }>()
    const place = { ownerId: bob.id, kind: 'chat', conversationId: conversation!.id } as const
    const key = await savePicture(context(), place, file.gif())
    expect(key).toMatch(/^chat\/[0-9a-f]{40}\.gif$/)
    expect((await call('GET', `/media/${key}`)).headers.get('content-type')).toBe('image/gif')
    expect(await rowsOf(bob.id)).toEqual([
      {
        key,
        owner_id: bob.id,
        kind: 'chat',
        conversation_id: conversation!.id,
        type: 'image/gif',
        size: file.gif().length,
        created_at: world.clock.now,
        is_checked: 0,
      },
    ])
  })

  it('gives a picture back, row and file', async () => {
    const { alice, key, path } = await storedAvatar()
    await discardPicture(context(), key)
    expect([await rowsOf(alice.id), (await call('GET', path)).status]).toEqual([[], 404])
  })

  it('is swept of avatars that nobody shows, a day later', async () => {
    const { alice, key, path } = await storedAvatar()
    const shown = await savePicture(context(), { ownerId: alice.id, kind: 'avatar' }, file.gif())
    await database.prepare('update users set avatar = ? where id = ?').bind(shown, alice.id).run()
    await sweep(context())
    expect(await rowsOf(alice.id)).toHaveLength(2)
    world.clock.advance(25 * 60 * 60_000)
    await sweep(context())
    expect([(await rowsOf(alice.id)).map((row) => row['key']), key]).toEqual([[shown], key])
    expect((await call('GET', path)).status).toBe(404)
    expect((await call('GET', `/media/${shown}`)).status).toBe(200)
  })
})

async function rowsOf(ownerId: number) {
  const rows = await database.prepare('select * from media where owner_id = ?').bind(ownerId).all()
  return rows.results
}
