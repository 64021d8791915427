// What people are told, as a feed: its lines, its counts, and what they have seen, read and removed of it.
import { beforeAll, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { addNotice } from '../support/news'
import { noteConversation } from '../support/object-names'
import { type Person, signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { block, unblock } from '../support/relations'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({
  env: { PUBLIC_URL: 'https://api.example.org' },
  origin: 'https://api.example.org',
})
const { call, clock } = world
const path = '/api/notifications/'
const required = ['This field is required.']
const noCredentials = { detail: 'Authentication credentials were not provided.' }

const listOf = async (as: Person, query = ''): Promise<any[]> => {
  const { status, body } = await call('GET', `${path}${query}`, { as })
  expect(status).toBe(200)
  return body
}
const countsOf = async (as: Person): Promise<any> => {
  const { status, body } = await call('GET', `${path}counts/`, { as })
  expect(status).toBe(200)
  return body
}
const post = (verb: 'seen' | 'read', json: object, as: Person) =>
  call('POST', `${path}${verb}/`, { json, as })
const ask = async (from: Person, to: Person): Promise<number> =>
  Number((await call('POST', `/api/friends/request/${to.id}/`, { as: from })).body.id)
const run = (sql: string, ...values: (string | number | null)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()
const personOf = ({ id, username }: Person) => ({
  id,
  username,
  profile_picture: 'https://api.example.org/media/avatars/default.png',
})
/** Somebody with so many lines. */
async function readerOf(count: number): Promise<Person> {
  const [alice, bob] = await makePeople(world, 'alice', 'bob')
  for (let position = 1; position <= count; position++) {
    await addNotice(alice, { position, actor: bob })
  }
  return alice
}

describe('GET /api/notifications', () => {
  it('tells what happened to one’s plan, many answers as one line', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const plan = await makePlan(world, alice, { title: 'Tea', end_time: '2027-01-01 00:00:00' })
    await rsvpTo(world, plan, carol)
    clock.advance(60_000)
    const { _id: rsvp } = await rsvpTo(world, plan, bob)
    const now = new Date(clock.now).toISOString().replace('.000Z', 'Z')
    const before = new Date(clock.now - 60_000).toISOString().replace('.000Z', 'Z')
    expect(await listOf(alice)).toEqual([
      {
        id: expect.any(Number),
        position: 2,
        kind: 'rsvp.changed',
        count: 2,
        is_seen: false,
        is_read: false,
        created_at: before,
        updated_at: now,
        actors: [personOf(bob), personOf(carol)],
        subject: { type: 'plan', id: plan._id, title: 'Tea' },
        data: { rsvp_id: rsvp, status: 'going' },
      },
    ])
    expect(await listOf(bob)).toEqual([])
  })

  it('tells of requests to be friends and of what became of them, as they are now', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await ask(alice, bob)
    const line = { kind: 'friend_request.received', actors: [personOf(alice)], data: {} }
    const subject = { type: 'friend_request', id }
    expect(await listOf(bob)).toMatchObject([
      { ...line, subject: { ...subject, status: 'pending' } },
    ])
    await call('POST', `/api/friends/respond/${id}/`, { json: { action: 'accept' }, as: bob })
    expect(await listOf(bob)).toMatchObject([
      { ...line, subject: { ...subject, status: 'accepted' } },
    ])
    expect(await listOf(alice)).toMatchObject([
      {
        kind: 'friend_request.answered',
        actors: [personOf(bob)],
        subject: { ...subject, status: 'accepted' },
        data: { status: 'accepted' },
      },
    ])
  })

  it('has no line of a request that was taken back, nor of a rejection', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const taken = await ask(alice, bob)
    await call('DELETE', `/api/friends/remove/${taken}/`, { as: alice })
    expect([await listOf(bob), (await countsOf(bob)).unread]).toEqual([[], 0])
    const id = await ask(alice, carol)
    await call('POST', `/api/friends/respond/${id}/`, { json: { action: 'reject' }, as: carol })
    expect(await listOf(alice)).toEqual([])
  })

  it('tells what has changed of a plan, as a list, and the title of one that is cancelled', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const times = { start_time: '2027-01-01 00:00:00', end_time: '2027-01-01 01:00:00' }
    const plan = await makePlan(world, alice, { title: 'Tea', ...times })
    await rsvpTo(world, plan, bob)
    const json = { title: 'Coffee', end_time: '2027-01-01 02:00:00' }
    await call('PATCH', `/api/plans/${plan._id}/edit`, { json, as: alice })
    const subject = { type: 'plan', id: plan._id, title: 'Coffee' }
    const actors = [personOf(alice)]
    const [changed] = await listOf(bob)
    expect(changed).toMatchObject({ kind: 'plan.changed', actors, subject })
    expect([Object.keys(changed.data), changed.data.changed.toSorted()]).toEqual([
      ['changed'],
      ['end_time', 'title'],
    ])
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: alice })
    expect(await listOf(bob)).toMatchObject([{ kind: 'plan.cancelled', actors, subject, data: {} }])
  })

  it('has today’s names, pictures and titles', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const plan = await makePlan(world, alice, { title: 'Tea' })
    await rsvpTo(world, plan, bob)
    await run(`update users set username = 'robert', avatar = 'avatars/r.png' where id = ?`, bob.id)
    await run(`update plans set title = 'High tea' where id = ?`, plan._id)
    const [line] = await listOf(alice)
    const picture = 'https://api.example.org/media/avatars/r.png'
    expect(line.actors).toEqual([{ id: bob.id, username: 'robert', profile_picture: picture }])
    expect(line.subject.title).toBe('High tea')
  })

  it('leaves out whom a block parts, and the line when nobody is left; unblocking brings them back', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, carol)
    await block(carol, alice)
    const [line] = await listOf(alice)
    // What carol did, who was the last, is not told either.
    expect([line.actors, line.data]).toEqual([[personOf(bob)], {}])
    await block(alice, bob)
    expect([await listOf(alice), (await countsOf(alice)).unread]).toEqual([[], 0])
    await unblock(alice, bob)
    await unblock(carol, alice)
    const [again] = await listOf(alice)
    expect([again.actors, again.data.status]).toEqual([[personOf(carol), personOf(bob)], 'going'])
    expect((await countsOf(alice)).unread).toBe(1)
  })

  it('has no line of a plan that one may no longer see', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const times = { start_time: '2027-01-01 00:00:00', end_time: '2027-01-01 01:00:00' }
    const plan = await makePlan(world, alice, times)
    await rsvpTo(world, plan, bob)
    await call('PATCH', `/api/plans/${plan._id}/edit`, { json: { title: 'Tea' }, as: alice })
    expect((await listOf(bob)).length).toBe(1)
    await run(`update plans set visibility = 'private' where id = ?`, plan._id)
    expect([await listOf(bob), (await countsOf(bob)).unread]).toEqual([[], 0])
  })

  it('gives 50, at most 200, newest position first, and goes on behind a position', async () => {
    const alice = await readerOf(205)
    const positions = (lines: any[]) => lines.map(({ position }) => position)
    const down = (from: number, count: number) => Array.from({ length: count }, (_, n) => from - n)
    expect(positions(await listOf(alice))).toEqual(down(205, 50))
    const { body, headers } = await call('GET', `${path}?limit=500`, { as: alice })
    expect(positions(body)).toEqual(down(205, 200))
    const next = `<https://api.example.org${path}?limit=500&cursor=6>; rel="next"`
    expect(headers.get('link')).toBe(next)
    const last = await call('GET', `${path}?limit=500&cursor=6`, { as: alice })
    expect([positions(last.body), last.headers.get('link')]).toEqual([down(5, 5), null])
  })

  it('gives the unread alone', async () => {
    const alice = await readerOf(3)
    const [, second] = await listOf(alice)
    await post('read', { ids: [second.id] }, alice)
    const unread = await listOf(alice, '?unread=true&limit=1')
    expect(unread).toMatchObject([{ position: 3, is_read: false }])
    const { body } = await call('GET', `${path}?unread=true&cursor=3`, { as: alice })
    expect(body.map(({ position }: any) => position)).toEqual([1])
    expect((await listOf(alice, '?unread=false')).length).toBe(3)
  })

  it('says what is wrong with a question', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await call('GET', `${path}?unread=x&limit=0&cursor=x`, { as: alice })
    expect([status, body]).toEqual([
      400,
      {
        unread: ['Must be a valid boolean.'],
        limit: ['Ensure this value is greater than or equal to 1.'],
        cursor: ['A valid integer is required.'],
      },
    ])
  })

  it('needs a credential', async () => {
    const { status, body } = await call('GET', path)
    expect([status, body]).toEqual([401, noCredentials])
  })

  it('of an account that was deactivated is there when it comes back', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await ask(bob, alice)
    for (const isActive of [0, 1]) {
      await run('update users set is_active = ? where id = ?', isActive, alice.id)
      const { status } = await call('GET', path, { as: alice })
      expect(status).toBe(isActive ? 200 : 401)
    }
    expect((await listOf(alice)).length).toBe(1)
  })
})

describe('GET /api/notifications/counts', () => {
  it('counts what is unseen and unread, and the conversations with something unread', async () => {
    const alice = await readerOf(3)
    await post('read', { up_to: 1 }, alice)
    const nothing = { unseen: 0, unread: 0, conversations: 0, badge: 0, newest: 0 }
    const [bob, carol, dan] = await makePeople(world, 'bob', 'carol', 'dan')
    expect(await countsOf(bob)).toEqual(nothing)
    const of = async (other: Person, unread: number, mutedUntil: number | null) => {
      const made = await database
        .prepare(
          'insert into conversations (initiator_id, receiver_id, created_at) values (?, ?, 0) returning id',
        )
        .bind(alice.id, other.id)
        .first<{ id: number }>()
      const { id } = made!
      await noteConversation(id)
      await run(
        `insert into conversation_members (conversation_id, user_id, other_id, active_at, unread, muted_until)
         values (?, ?, ?, 1, ?, ?)`,
        id,
        alice.id,
        other.id,
        unread,
        mutedUntil,
      )
    }
    await of(bob, 2, null)
    await of(carol, 1, clock.now + 1)
    await of(dan, 0, null)
    const counts = { unseen: 2, unread: 2, conversations: 1, badge: 3, newest: 3 }
    expect(await countsOf(alice)).toEqual(counts)
    clock.advance(1)
    expect(await countsOf(alice)).toEqual({ ...counts, conversations: 2, badge: 4 })
    await block(bob, alice)
    expect(await countsOf(alice)).toEqual(counts)
  })

  it('counts each to 100', async () => {
    const alice = await readerOf(102)
    const all = { unseen: 100, unread: 100, conversations: 0, badge: 100, newest: 102 }
    expect(await countsOf(alice)).toEqual(all)
    const { body } = await post('seen', { up_to: 52 }, alice)
    expect(body).toEqual({ ...all, unseen: 50, badge: 50 })
  })
})

describe('POST /api/notifications/seen', () => {
  it('moves the mark on, never back, and no further than the newest', async () => {
    const alice = await readerOf(3)
    const counts = { unseen: 1, unread: 3, conversations: 0, badge: 1, newest: 3 }
    const answers = []
    for (const up_to of [0, 2, 1, 1_000_000]) {
      const { status, body } = await post('seen', { up_to }, alice)
      answers.push([status, body])
    }
    expect(answers).toEqual([
      [200, { ...counts, unseen: 3, badge: 3 }],
      [200, counts],
      [200, counts],
      [200, { ...counts, unseen: 0, badge: 0 }],
    ])
    const [line] = await listOf(alice)
    expect([line.is_seen, line.is_read]).toEqual([true, false])
    const [carol] = await makePeople(world, 'carol')
    await ask(carol, alice)
    expect(await countsOf(alice)).toEqual({ ...counts, unread: 4, newest: 4 })
    expect(await listOf(alice, '?limit=2')).toMatchObject([
      { position: 4, is_seen: false },
      { position: 3, is_seen: true },
    ])
  })

  it('ends at the largest of fifty at once', async () => {
    const alice = await readerOf(60)
    const upTo = Array.from({ length: 50 }, (_, n) => n + 1)
    upTo.sort((a, b) => ((a * 7) % 50) - ((b * 7) % 50))
    await Promise.all(upTo.map((up_to) => post('seen', { up_to }, alice)))
    expect((await countsOf(alice)).unseen).toBe(10)
  })

  it('says what is wrong with its body', async () => {
    const alice = await readerOf(1)
    for (const [json, up_to] of [
      [{}, required],
      [{ up_to: -1 }, ['Ensure this value is greater than or equal to 0.']],
      [{ up_to: 'x' }, ['A valid integer is required.']],
    ] as const) {
      const { status, body } = await post('seen', json, alice)
      expect([status, body]).toEqual([400, { up_to }])
    }
    expect((await countsOf(alice)).unseen).toBe(1)
  })
})

describe('POST /api/notifications/read', () => {
  it('marks all up to a position, which is seen too', async () => {
    const alice = await readerOf(3)
    const { status, body } = await post('read', { up_to: 2 }, alice)
    const counts = { unseen: 1, unread: 1, conversations: 0, badge: 1, newest: 3 }
    expect([status, body]).toEqual([200, counts])
    const marks = (await listOf(alice)).map(({ is_seen, is_read }) => [is_seen, is_read])
    expect(marks).toEqual([
      [false, false],
      [true, true],
      [true, true],
    ])
    expect((await post('seen', { up_to: 1 }, alice)).body).toEqual(counts)
  })

  it('marks some by their ids, and nobody else’s', async () => {
    const [alice, bob] = [await readerOf(3), await readerOf(1)]
    const [, second] = await listOf(alice)
    const [foreign] = await listOf(bob)
    const { status, body } = await post('read', { ids: [second.id, foreign.id, 9e15] }, alice)
    // What was read was seen.
    const counts = { unseen: 2, unread: 2, conversations: 0, badge: 2, newest: 3 }
    expect([status, body]).toEqual([200, counts])
    expect((await listOf(alice)).map(({ is_read }) => is_read)).toEqual([false, true, false])
    expect((await listOf(alice)).map(({ is_seen }) => is_seen)).toEqual([false, true, false])
    expect((await countsOf(bob)).unread).toBe(1)
  })

  it('is undone by what comes anew, which counts from one', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    await post('read', { up_to: 1 }, alice)
    await rsvpTo(world, plan, carol)
    expect(await listOf(alice)).toMatchObject([
      { position: 2, count: 1, is_read: false, is_seen: false, actors: [personOf(carol)] },
    ])
  })

  it('takes either a position or ids, from 1 to 200', async () => {
    const alice = await readerOf(1)
    const either = { non_field_errors: ['Give either up_to or ids.'] }
    const tooMany = ['Ensure this field has no more than 200 elements.']
    for (const [json, wrong] of [
      [{}, either],
      [{ up_to: 1, ids: [1] }, either],
      [{ ids: [] }, { ids: ['This list may not be empty.'] }],
      [{ ids: Array.from({ length: 201 }, () => 1) }, { ids: tooMany }],
      [{ ids: ['x'] }, { ids: { 0: ['A valid integer is required.'] } }],
    ] as const) {
      const { status, body } = await post('read', json, alice)
      expect([json, status, body]).toEqual([json, 400, wrong])
    }
    expect((await countsOf(alice)).unread).toBe(1)
  })
})

describe('DELETE /api/notifications/:id', () => {
  const remove = async (id: number, as: Person) => {
    const { status, text } = await call('DELETE', `${path}${id}/`, { as })
    return [status, text]
  }

  it('removes a line, once and again, and nobody else’s', async () => {
    const [alice, bob] = [await readerOf(2), await readerOf(1)]
    const [line] = await listOf(alice)
    const missing = [404, JSON.stringify({ detail: 'Not found.' })]
    expect([await remove(line.id, bob), await remove(line.id + 10_000, bob)]).toEqual([
      missing,
      missing,
    ])
    expect([await remove(line.id, alice), await remove(line.id, alice)]).toEqual([
      [204, ''],
      [204, ''],
    ])
    expect((await listOf(alice)).map(({ position }) => position)).toEqual([1])
    const counts = { unseen: 1, unread: 1, conversations: 0, badge: 1, newest: 1 }
    expect(await countsOf(alice)).toEqual(counts)
  })

  it('is undone by what comes anew', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    const [line] = await listOf(alice)
    await remove(line.id, alice)
    await rsvpTo(world, plan, carol)
    expect(await listOf(alice)).toMatchObject([
      { id: line.id, position: 2, count: 1, actors: [personOf(carol)] },
    ])
  })
})

describe('DELETE /api/notifications', () => {
  it('removes all up to a position, once and again', async () => {
    const alice = await readerOf(3)
    for (const _ of [1, 2]) {
      const { status, text } = await call('DELETE', `${path}?up_to=2`, { as: alice })
      expect([status, text]).toEqual([204, ''])
    }
    expect((await listOf(alice)).map(({ position }) => position)).toEqual([3])
  })

  it('needs the position', async () => {
    const alice = await readerOf(1)
    const { status, body } = await call('DELETE', path, { as: alice })
    expect([status, body]).toEqual([400, { up_to: required }])
    expect((await listOf(alice)).length).toBe(1)
  })
})

describe('leaving', () => {
  it('takes one’s own feed along, and what others read of it', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const plan = await makePlan(world, alice, { title: 'Tea', end_time: '2027-01-01 00:00:00' })
    await rsvpTo(world, plan, bob)
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: alice })
    expect(await listOf(bob)).toMatchObject([{ subject: { title: 'Tea' } }])
    const { status } = await call('DELETE', '/users/delete_account/', {
      json: { password: alice.password },
      as: alice,
    })
    expect(status).toBeLessThan(300)
    expect([await listOf(bob), (await countsOf(bob)).unread]).toEqual([[], 0])
    const { results } = await database
      .prepare('select words from notifications where user_id in (?, ?)')
      .bind(alice.id, bob.id)
      .all()
    expect(results).toEqual([{ words: '' }])
  })

  it('tells who had answered that the plan is off, without a name or a title', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const plan = await makePlan(world, alice, { title: 'Tea', end_time: '2027-01-01 00:00:00' })
    await rsvpTo(world, plan, bob)
    await call('DELETE', '/users/delete_account/', {
      json: { password: alice.password },
      as: alice,
    })
    clock.advance(60_000)
    await world.run(everyMinute)
    const subject = { type: 'plan', id: plan._id, title: null }
    expect(await listOf(bob)).toMatchObject([
      { kind: 'plan.cancelled', actors: [], subject, data: {} },
    ])
  })
})
