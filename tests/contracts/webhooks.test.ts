// Webhooks: staff say which address hears of what; each delivery is one that Standard Webhooks' own library
// verifies, tried again as settled.
import { Webhook } from 'standardwebhooks'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runDueJobs } from '../../src/domain/base/jobs'
import { deliveriesFor } from '../../src/domain/webhooks'
import { runBatch } from '../../src/db/batch'
import type { OutsideAnswer, OutsideRequest } from '../../src/domain/base/context'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { noCredentials } from '../support/golden'
import { hostileAddresses } from '../support/hostile-addresses'
import { createMailbox } from '../support/mailbox'
import { type Person, signUp } from '../support/people'
import { join } from '../support/relations'
import { answeringOutside } from '../support/push'
import { beginning, createWorld } from '../support/world'

const outside = answeringOutside()
const mailbox = createMailbox()
const world = createWorld({
  context: (context) => mailbox.context(outside.context(context)),
  // The clock goes on for days.
  env: { PUBLIC_URL: 'https://api.example.org', ACCESS_TOKEN_SECONDS: '2500000' },
  origin: 'https://api.example.org',
})
const { call, clock, run } = world
const path = '/api/staff/webhooks/'
const [minute, hour] = [60_000, 60 * 60_000]
const day = 24 * hour

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  await join(alice, 'Administrators')
})
beforeEach(async () => {
  clock.now = beginning
  outside.sent.length = 0
  outside.next = () => outside.answer(204)
  for (const table of ['webhook_deliveries', 'webhook_endpoints', 'jobs', 'events', 'audit']) {
    await database.prepare(`delete from ${table}`).run()
  }
})

const url = 'https://hooks.example.net/kith'
const add = (more: object = {}, as = alice) =>
  call('POST', path, { json: { url, kinds: ['rsvp.changed'], ...more }, as })
const get = (rest = '', as = alice) => call('GET', path + rest, { as })
const missing = { detail: 'Not found.' }
const denied = { detail: 'You do not have permission to perform this action.' }
const one = (id: number, more: object = {}) => ({
  id,
  url,
  kinds: ['rsvp.changed'],
  description: '',
  is_enabled: true,
  disabled_reason: null,
  failing_since: null,
  ...more,
})
const aSecret = expect.stringMatching(/^whsec_[\w+/]{43}=$/)

/** Something that has happened, as the dispatcher leaves it. */
async function happened(kind = 'rsvp.changed', people: number[] = [3]): Promise<number> {
  const data = JSON.stringify({ plan_id: 'p1', rsvp_id: 'r1', status: 'going' })
  const sql = `insert into events (kind, stream, actor_id, audience, data, due_at, created_at)
    values (?, 'plan:p1', ?, ?, ?, 0, ?) returning id`
  const values = [kind, alice.id, JSON.stringify(people), data, clock.now]
  const row = await database
    .prepare(sql)
    .bind(...values)
    .first<{ id: number }>()
  const { id } = row!
  await run((ctx) => runBatch(ctx.db, { told: deliveriesFor(ctx, id, kind) }))
  return id
}
const work = (minutes = 0) => {
  clock.advance(minutes * minute)
  return run(runDueJobs)
}
const deliveriesOf = async (id: number, query = '') =>
  (await get(`${id}/deliveries/${query}`)).body as Record<string, unknown>[]
const verified = (secret: string, { body, headers }: OutsideRequest) => {
  // The library asks the real clock whether a try is of today.
  const own = { ...headers, 'webhook-timestamp': headers!['webhook-timestamp']! }
  const now = Date.now
  Date.now = () => clock.now
  try {
    return new Webhook(secret).verify(String(body), own)
  } finally {
    Date.now = now
  }
}
const auditOf = async () =>
  (await allRows())['audit']!.map((row) => {
    const { action, subject, change } = row as Record<string, string>
    return { action, subject, change: JSON.parse(change!) as unknown }
  })

describe('POST /api/staff/webhooks', () => {
  it('makes one, and shows its secret this once', async () => {
    const { status, body } = await add({ description: 'The board in the hall' })
    const made = one(body.id, { description: 'The board in the hall' })
    expect([status, body]).toEqual([201, { ...made, secret: aSecret }])
    expect((await get()).body).toEqual([made])
    expect(JSON.stringify(await allRows())).not.toContain(body.secret.slice('whsec_'.length))
    expect(await auditOf()).toEqual([
      { action: 'webhooks.add', subject: 'hooks.example.net', change: { kinds: ['rsvp.changed'] } },
    ])
  })

  it('says all that is wrong, by field', async () => {
    const kinds = ['"plan.eaten" is not a valid choice.']
    const both = await add({ url: 'http://localhost/', kinds: ['*', 'plan.eaten'] })
    const notAllowed = ['This address is not allowed.']
    expect([both.status, both.body]).toEqual([400, { url: notAllowed, kinds }])
    for (const url of hostileAddresses) {
      const { status, body } = await add({ url })
      expect([url, status, body]).toEqual([url, 400, { url: notAllowed }])
    }
    const none = await add({ kinds: [] })
    expect([none.status, none.body]).toEqual([400, { kinds: ['This field is required.'] }])
    expect([(await get()).body, await auditOf(), outside.sent]).toEqual([[], [], []])
  })

  it('has room for twenty, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => add()))
    const refused = answers.filter(({ status }) => status === 400)
    const room = { url: ['There are 20 already: remove one first.'] }
    expect(refused.map(({ body }) => body)).toEqual(Array.from({ length: 10 }, () => room))
    expect((await get()).body.length).toBe(20)
  })

  it('needs the right, and SEAL_KEY', async () => {
    const { status, body } = await add({ url: 'http://localhost/' }, bob)
    expect([status, body]).toEqual([403, denied])
    const without = createWorld({ env: { SEAL_KEY: '' } })
    const answer = await without.call('POST', path, { json: { url, kinds: ['*'] }, as: alice })
    const detail = 'This is not set up on this server.'
    expect([answer.status, answer.body]).toEqual([503, { detail, code: 'not_configured' }])
  })
})

describe('GET /api/staff/webhooks', () => {
  it('lists all, newest first, by pages, to whoever has the right', async () => {
    const ids: number[] = []
    for (let n = 0; n < 3; n++) ids.push((await add()).body.id)
    const all = ids.toReversed().map((id) => one(id))
    expect((await get()).body).toEqual(all)
    const page = await get('?limit=2')
    expect(page.body).toEqual(all.slice(0, 2))
    expect(page.headers.get('link')).toContain(`cursor=${ids[1]}>; rel="next"`)
    const { status, body } = await get('', bob)
    expect([status, body]).toEqual([403, denied])
  })
})

describe('GET /api/staff/webhooks/:id', () => {
  it('is one of them, without its secret', async () => {
    const { id } = (await add()).body
    expect((await get(`${id}/`)).body).toEqual(one(id))
    const { status, body } = await get(`${id + 1000}/`)
    expect([status, body]).toEqual([404, missing])
    expect((await get(`${id}/`, bob)).body).toEqual(denied)
  })
})

describe('PATCH /api/staff/webhooks/:id', () => {
  const patch = (id: number, json: object, as = alice) =>
    call('PATCH', `${path}${id}/`, { json, as })

  it('changes what is sent', async () => {
    const { id } = (await add()).body
    const changes = { kinds: ['*'], description: 'Chat', url: 'https://other.example.net/a' }
    const { status, body } = await patch(id, changes)
    expect([status, body]).toEqual([200, one(id, changes)])
    expect((await get(`${id}/`)).body).toEqual(one(id, changes))
    const [, edited] = await auditOf()
    const change = { changed: ['url', 'kinds', 'description'] }
    expect(edited).toMatchObject({ action: 'webhooks.edit', subject: String(id) })
    expect((edited!.change as { changed: string[] }).changed.toSorted()).toEqual(
      change.changed.toSorted(),
    )
  })

  it('switches one off, which then hears nothing, and on', async () => {
    const { id } = (await add()).body
    await happened()
    const off = { is_enabled: false, disabled_reason: 'staff' }
    expect((await patch(id, { is_enabled: false })).body).toEqual(one(id, off))
    await happened()
    await work()
    expect(outside.sent).toEqual([])
    expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(['failed'])
    expect((await patch(id, { is_enabled: true })).body).toEqual(one(id))
    await happened()
    await work()
    expect(outside.sent.length).toBe(1)
  })

  it('has one that is switched on told of what was asked for while it was off', async () => {
    const { id } = (await add()).body
    await patch(id, { is_enabled: false })
    expect((await call('POST', `${path}${id}/test/`, { as: alice })).status).toBe(201)
    await work()
    expect([outside.sent.length, (await deliveriesOf(id))[0]!['state']]).toEqual([0, 'waiting'])
    await patch(id, { is_enabled: true })
    await work()
    expect([outside.sent.length, (await deliveriesOf(id))[0]!['state']]).toEqual([1, 'delivered'])
  })

  it('refuses what is no address, and finds none that is not there', async () => {
    const { id } = (await add()).body
    const bad = await patch(id, { url: 'https://10.0.0.1/' })
    expect([bad.status, bad.body]).toEqual([400, { url: ['This address is not allowed.'] }])
    expect((await patch(id + 1000, { description: 'x' })).body).toEqual(missing)
    expect((await patch(id, { description: 'x' }, bob)).body).toEqual(denied)
  })
})

describe('DELETE /api/staff/webhooks/:id', () => {
  it('lets one hear no more, once and again', async () => {
    const { id } = (await add()).body
    await happened()
    const remove = (as = alice) => call('DELETE', `${path}${id}/`, { as })
    expect((await remove(bob)).body).toEqual(denied)
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204])
    await happened()
    await work()
    expect([outside.sent, (await get()).body, (await get(`${id}/`)).status]).toEqual([[], [], 404])
  })
})

describe('POST /api/staff/webhooks/:id/rotate', () => {
  const rotate = (id: number, as = alice) => call('POST', `${path}${id}/rotate/`, { as })

  it('has both secrets sign for a day, and the older ones dropped', async () => {
    const { id, secret: first } = (await add()).body
    const { status, body } = await rotate(id)
    expect([status, body]).toEqual([
      200,
      { secret: aSecret, previous_until: '2026-01-16T10:30:00Z' },
    ])
    await happened()
    await work()
    const told = expect.objectContaining({ type: 'rsvp.changed' })
    const [request] = outside.sent
    expect(verified(first, request!)).toEqual(told)
    expect(verified(body.secret, request!)).toEqual(told)
    expect(request!.headers!['webhook-signature']!.split(' ').length).toBe(2)

    const { body: third } = await rotate(id)
    await happened()
    await work()
    expect(() => verified(first, outside.sent[1]!)).toThrow('No matching signature')
    expect(verified(third.secret, outside.sent[1]!)).toEqual(told)
    clock.advance(day)
    await happened()
    await work()
    expect(() => verified(body.secret, outside.sent[2]!)).toThrow('No matching signature')
    expect(verified(third.secret, outside.sent[2]!)).toEqual(told)
  })

  it('needs the right, and one that is there', async () => {
    const { id } = (await add()).body
    expect((await rotate(id, bob)).body).toEqual(denied)
    expect((await rotate(id + 1000)).body).toEqual(missing)
  })
})

describe('POST /api/staff/webhooks/:id/test', () => {
  it('tells it of something made up, whatever it asks for', async () => {
    const { id, secret } = (await add()).body
    const { status, body } = await call('POST', `${path}${id}/test/`, { as: alice })
    const waiting = {
      id: body.id,
      webhook_id: expect.stringMatching(/^evt_\d+$/),
      kind: 'webhook.test',
      state: 'waiting',
      attempts: 0,
      last_error: '',
      last_ms: null,
      next_at: '2026-01-15T10:30:00Z',
      delivered_at: null,
    }
    expect([status, body]).toEqual([201, waiting])
    const [request] = outside.sent
    expect([request!.url, outside.sent.length]).toEqual([url, 1])
    expect(verified(secret, request!)).toEqual({
      type: 'webhook.test',
      timestamp: '2026-01-15T10:30:00Z',
      data: { user_id: alice.id, user_ids: [] },
    })
    expect(request!.headers!['webhook-id']).toBe(body.webhook_id)
    expect(await deliveriesOf(id)).toEqual([
      {
        ...waiting,
        state: 'delivered',
        attempts: 1,
        last_ms: 7,
        next_at: null,
        delivered_at: '2026-01-15T10:30:00Z',
      },
    ])
  })

  it('needs the right, and one that is there', async () => {
    const { id } = (await add()).body
    const test = (id: number, as: Person) => call('POST', `${path}${id}/test/`, { as })
    expect([(await test(id, bob)).body, (await test(id + 1000, alice)).body]).toEqual([
      denied,
      missing,
    ])
    expect(outside.sent).toEqual([])
  })
})

describe('GET /api/staff/webhooks/:id/deliveries', () => {
  it('lists what it was told and is to be told, by its state', async () => {
    const { id } = (await add()).body
    outside.next = () => outside.answer(outside.sent.length === 1 ? 500 : 200)
    const first = await happened()
    await work()
    const second = await happened()
    const row = (event: number, more: object) => ({
      id: expect.any(Number),
      webhook_id: `evt_${event}`,
      kind: 'rsvp.changed',
      attempts: 0,
      last_error: '',
      last_ms: null,
      next_at: null,
      delivered_at: null,
      ...more,
    })
    const waits = row(second, { state: 'waiting', next_at: '2026-01-15T10:30:00Z' })
    const failed = { state: 'waiting', attempts: 1, last_error: 'status_500', last_ms: 7 }
    const again = row(first, { ...failed, next_at: expect.stringMatching(/T10:3[01]:/) })
    expect(await deliveriesOf(id)).toEqual([waits, again])
    await work(2)
    await work(2)
    expect((await deliveriesOf(id, '?state=waiting')).length).toBe(0)
    expect(
      (await deliveriesOf(id, '?state=delivered&limit=1')).map((one) => one['webhook_id']),
    ).toEqual([`evt_${second}`])
    const bad = await get(`${id}/deliveries/?state=eaten`)
    expect([bad.status, bad.body]).toEqual([400, { state: ['"eaten" is not a valid choice.'] }])
  })

  it('needs the right, and one that is there', async () => {
    const { id } = (await add()).body
    expect((await get(`${id}/deliveries/`, bob)).body).toEqual(denied)
    expect((await get(`${id + 1000}/deliveries/`)).body).toEqual(missing)
  })
})

describe('POST /api/staff/webhooks/:id/deliveries/:delivery/retry', () => {
  const retry = (id: number, delivery: unknown, as = alice) =>
    call('POST', `${path}${id}/deliveries/${String(delivery)}/retry/`, { as })

  it('tells it again, as if it never had been told, under the same id', async () => {
    const { id } = (await add()).body
    await happened()
    await work()
    const [row] = await deliveriesOf(id)
    const { status, body } = await retry(id, row!['id'])
    const anew = { state: 'waiting', attempts: 0, next_at: '2026-01-15T10:30:00Z' }
    expect([status, body]).toEqual([200, { ...row, ...anew, delivered_at: null }])
    const ids = outside.sent.map(({ headers }) => headers!['webhook-id'])
    expect(ids).toEqual([row!['webhook_id'], row!['webhook_id']])
  })

  it('needs the right, and one that is there', async () => {
    const { id } = (await add()).body
    const other = (await add()).body.id as number
    await happened()
    const [row] = await deliveriesOf(id)
    expect((await retry(id, row!['id'], bob)).body).toEqual(denied)
    expect((await retry(other, row!['id'])).body).toEqual(missing)
    expect((await retry(id, 999_999)).body).toEqual(missing)
  })
})

describe('a delivery', () => {
  it('is thin, signed, and the same bytes that are sent', async () => {
    const { secret } = (await add({ kinds: ['*'] })).body
    const people = Array.from({ length: 300 }, (_, n) => n + 1)
    const event = await happened('rsvp.changed', people)
    await work()
    const [request] = outside.sent
    expect(verified(secret, request!)).toEqual({
      type: 'rsvp.changed',
      timestamp: '2026-01-15T10:30:00Z',
      data: {
        user_id: alice.id,
        user_ids: people.slice(0, 200),
        plan_id: 'p1',
        rsvp_id: 'r1',
        status: 'going',
      },
    })
    expect(request!.headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': `evt_${event}`,
      'webhook-timestamp': String(beginning / 1000),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
    })
    expect([request!.deadline, request!.most ?? 0]).toEqual([15_000, 0])
    const forged = { ...request!, body: String(request!.body).replace('going', 'gone') }
    expect(() => verified(secret, forged)).toThrow('No matching signature')
  })

  it('goes to those alone who ask, once, however often it is asked for', async () => {
    const { id } = (await add()).body
    const all = (await add({ kinds: ['*'] })).body.id as number
    const event = await happened()
    await happened('friend_request.received')
    const again = () =>
      run((ctx) => runBatch(ctx.db, { told: deliveriesFor(ctx, event, 'rsvp.changed') }))
    await Promise.all(Array.from({ length: 50 }, again))
    await Promise.all([work(), work(), work()])
    expect([(await deliveriesOf(id)).length, (await deliveriesOf(all)).length]).toEqual([1, 2])
    expect(outside.sent.length).toBe(3)
  })

  it('is tried nine times under one id, at the settled times, and then failed', async () => {
    const { id } = (await add()).body
    await happened()
    outside.next = () => outside.answer(503)
    const times: number[] = []
    await work()
    for (let tries = 1; tries < 9; tries++) {
      const [row] = (await allRows())['webhook_deliveries'] as [{ due_at: number }]
      times.push((row.due_at - clock.now) / minute)
      clock.now = row.due_at - 1000
      await run(runDueJobs)
      expect(outside.sent.length).toBe(tries)
      // An endpoint that is down is asked no more than once a minute.
      clock.now = row.due_at + minute
      await database.prepare('update webhook_endpoints set failing_since = ?').bind(clock.now).run()
      await run(runDueJobs)
      expect(outside.sent.length).toBe(tries + 1)
    }
    const settled = [1, 5, 30, 120, 360, 720, 1440, 1440]
    times.forEach((time, n) => {
      expect(time).toBeGreaterThanOrEqual(settled[n]! * 0.9)
      expect(time).toBeLessThanOrEqual(settled[n]! * 1.1)
    })
    expect(new Set(outside.sent.map(({ headers }) => headers!['webhook-id'])).size).toBe(1)
    const [row] = await deliveriesOf(id)
    const failed = { state: 'failed', attempts: 9, last_error: 'status_503', next_at: null }
    expect(row).toMatchObject(failed)
    clock.advance(3 * day)
    await work()
    expect(outside.sent.length).toBe(9)
  })

  it.each<[string, OutsideAnswer, string]>([
    ['redirects', outside.answer(302), 'status_302'],
    ['refuses', outside.answer(400), 'status_400'],
    ['hangs', { kind: 'timeout', ms: 15_000 }, 'timeout'],
    ['is not there', { kind: 'unreachable', ms: 3 }, 'unreachable'],
  ])('to an endpoint that %s has failed, and is tried again', async (_, answer, error) => {
    const { id } = (await add()).body
    await happened()
    outside.next = () => answer
    await work()
    const [row] = await deliveriesOf(id)
    expect(row).toMatchObject({ state: 'waiting', attempts: 1, last_error: error })
    expect((await get(`${id}/`)).body.failing_since).toBe('2026-01-15T10:30:00Z')
    outside.next = () => outside.answer(200)
    await work(2)
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 2 })
    expect((await get(`${id}/`)).body.failing_since).toBe(null)
  })

  it('waits as long as Retry-After asks, at most a day', async () => {
    for (const [asked, waited] of [
      [hour, hour],
      [30 * day, day],
    ] as const) {
      await add()
      await happened()
      outside.next = () => outside.answer(429, asked)
      await work()
      const rows = (await allRows())['webhook_deliveries'] as { due_at: number }[]
      expect(rows.map((row) => row.due_at - clock.now)).toContain(waited)
      clock.advance(minute)
    }
  })
})

describe('an endpoint', () => {
  it('that is gone (410) is disabled at once, and hears nothing more', async () => {
    const { id } = (await add()).body
    await happened()
    outside.next = () => outside.answer(410)
    await work()
    const gone = { is_enabled: false, disabled_reason: 'gone' }
    const found = (await get(`${id}/`)).body
    expect(found).toEqual(one(id, { ...gone, failing_since: '2026-01-15T10:30:00Z' }))
    await happened()
    await work(120)
    expect([outside.sent.length, mailbox.sent.length]).toEqual([1, 0])
    expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(['failed'])
  })

  it('without a success for five days is disabled, and its maker gets a mail', async () => {
    const email = 'alice@example.org'
    const sql = 'update users set email = ?1, email_key = ?1 where id = ?2'
    await database.prepare(sql).bind(email, alice.id).run()
    const { id } = (await add()).body
    await happened()
    outside.next = () => outside.answer(500)
    await work()
    clock.advance(5 * day - minute)
    await work()
    expect((await get(`${id}/`)).body.is_enabled).toBe(true)
    await happened()
    await work(2)
    const failing = { is_enabled: false, disabled_reason: 'failing' }
    expect((await get(`${id}/`)).body).toMatchObject(failing)
    expect((await deliveriesOf(id)).every(({ state }) => state === 'failed')).toBe(true)
    await work()
    expect(mailbox.to(email)).toEqual([{ kind: 'webhook_disabled', host: 'hooks.example.net' }])
  })

  it('that is down gets one try at a time, and all that waits once it answers', async () => {
    const { id } = (await add()).body
    for (let n = 0; n < 25; n++) await happened()
    outside.next = () => outside.answer(500)
    await work()
    expect(outside.sent.length).toBe(10)
    await work(2)
    expect(outside.sent.length).toBe(11)
    outside.next = () => outside.answer(200)
    await work(2)
    await work(2)
    expect((await deliveriesOf(id)).every(({ state }) => state === 'delivered')).toBe(true)
  })

  it('holds up no other', async () => {
    const [down, up] = [
      (await add()).body.id,
      (await add({ url: 'https://up.example.net/' })).body.id,
    ]
    outside.next = ({ url }) =>
      url.includes('up.') ? outside.answer(200) : { kind: 'timeout', ms: 15_000 }
    for (let n = 0; n < 3; n++) await happened()
    await work()
    const statesOf = async (id: number) => (await deliveriesOf(id)).map(({ state }) => state)
    expect(await statesOf(up)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(await statesOf(down)).toEqual(['waiting', 'waiting', 'waiting'])
  })

  it('needs a credential to be seen', async () => {
    const { status, body } = await call('GET', path)
    expect([status, body]).toEqual([401, noCredentials])
  })
})
