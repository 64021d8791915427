// The staff's list of work outside the database: what waits, what was parked, tried again or given up. Ours; no
// document has it.
import { beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { leaveEvent, untold } from '../support/news'
import type { Person } from '../support/people'
import { join } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world
const now = '2026-01-15T10:30:00Z'

let root: Person, kim: Person, alice: Person
beforeEach(async () => {
  for (const table of ['undelivered', 'jobs', 'events', 'audit']) {
    await database.prepare(`delete from ${table}`).run()
  }
  ;[root, kim, alice] = await makePeople(world, 'root', 'kim', 'alice')
  await join(root, 'Administrators')
  await join(kim, 'Staff')
})

type Job = { kind: string; dueIn?: number; parked?: boolean; error?: string; attempts?: number }

/** Writes a job; answers with its id. */
async function addJob({ kind, dueIn = 60_000, parked, error = '', attempts = 0 }: Job) {
  const time = world.clock.now
  const row = await database
    .prepare(
      `insert into jobs (kind, key, payload, attempts, due_at, created_at, last_error, parked_at)
       values (?1, ?1 || ':' || lower(hex(randomblob(4))), '{"secret":"inside"}', ?2, ?3, ?4, ?5, ?6)
       returning id, key`,
    )
    .bind(kind, attempts, parked ? 8.64e15 : time + dueIn, time, error, parked ? time : null)
    .first<{ id: number; key: string }>()
  return row!
}

const parkedJob = (job: { id: number; key: string }) => ({
  id: job.id,
  kind: 'room.close',
  key: job.key,
  attempts: 180,
  last_error: 'unavailable',
  due_at: null,
  parked_at: now,
  created_at: now,
})
const park = () => addJob({ kind: 'room.close', parked: true, error: 'unavailable', attempts: 180 })
const denied = { detail: 'You do not have permission to perform this action.' }
const audits = async () =>
  (await database.prepare('select actor_id, action, subject from audit order by id').all()).results

describe('GET /api/staff/jobs', () => {
  it('lists what waits and what was parked, newest first, without what is in it', async () => {
    const [closing, sending] = [await park(), await addJob({ kind: 'mail.code' })]
    const waiting = {
      id: sending.id,
      kind: 'mail.code',
      key: sending.key,
      attempts: 0,
      last_error: '',
      due_at: '2026-01-15T10:31:00Z',
      parked_at: null,
      created_at: now,
    }
    const get = async (query: string) => {
      const { status, body } = await call('GET', `/api/staff/jobs/${query}`, { as: kim })
      return [status, body]
    }
    expect(await get('')).toEqual([200, [waiting, parkedJob(closing)]])
    expect(await get('?state=parked')).toEqual([200, [parkedJob(closing)]])
    expect(await get('?state=waiting')).toEqual([200, [waiting]])
    expect(await get('?state=lost')).toEqual([400, { state: ['"lost" is not a valid choice.'] }])
    expect(await audits()).toEqual([])
  })

  it('goes on behind its last one', async () => {
    const jobs = [await park(), await park(), await park()]
    const first = await call('GET', '/api/staff/jobs/?limit=2', { as: root })
    expect(first.body.map(({ id }: { id: number }) => id)).toEqual([jobs[2]!.id, jobs[1]!.id])
    const [, next] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)!
    const second = await call('GET', next!, { as: root })
    expect(second.body).toEqual([parkedJob(jobs[0]!)])
  })

  it('is the staff’s', async () => {
    const { status, body } = await call('GET', '/api/staff/jobs/', { as: alice })
    expect([status, body]).toEqual([403, denied])
  })
})

describe('GET /api/staff/jobs/figures', () => {
  it('counts what waits, what is late, what was parked, and what is untold', async () => {
    await park()
    await addJob({ kind: 'mail.code' })
    await addJob({ kind: 'mail.code', dueIn: -12_000 })
    const about = { kind: 'rsvp.changed', actor: null, to: [], data: {}, at: world.clock.now }
    const event = await leaveEvent({ ...about, stream: 'plan:x' })
    await database
      .prepare('insert into undelivered (user_id, event_id) values (?, ?)')
      .bind(alice.id, event)
      .run()
    const { status, body } = await call('GET', '/api/staff/jobs/figures/', { as: kim })
    expect([status, body]).toEqual([
      200,
      {
        waiting: 2,
        oldest_due_seconds: 12,
        parked: { 'room.close': 1 },
        untold: 1,
        undelivered: 1,
      },
    ])
    const none = await call('GET', '/api/staff/jobs/figures/', { as: alice })
    expect([none.status, none.body]).toEqual([403, denied])
  })
})

describe('POST /api/staff/jobs/:id/retry', () => {
  it('tries a job at once, and writes down who asked', async () => {
    const job = await park()
    const { status, body } = await call('POST', `/api/staff/jobs/${job.id}/retry/`, { as: root })
    expect([status, body]).toEqual([
      200,
      { ...parkedJob(job), attempts: 0, due_at: now, parked_at: null },
    ])
    expect(await audits()).toEqual([
      { actor_id: root.id, action: 'jobs.retry', subject: `job:${job.id}` },
    ])
    // It was tried, and is done: what it is about is not there.
    expect((await database.prepare('select * from jobs').all()).results).toEqual([])
  })

  it('makes an event that nobody could tell one that is told', async () => {
    const about = { kind: 'rsvp.changed', actor: null, to: [alice.id], data: {} }
    const id = await leaveEvent({ ...about, stream: 'plan:x', at: world.clock.now })
    await database
      .prepare(`update events set data = '{', attempts = 15 where id = ?`)
      .bind(id)
      .run()
    world.clock.advance(60_000)
    await world.run(everyMinute)
    world.clock.advance(-60_000)
    const { body } = await call('GET', '/api/staff/jobs/?state=parked', { as: root })
    expect(body).toMatchObject([
      { kind: 'event.tell', key: `event.tell:${id}`, last_error: 'fault' },
    ])
    expect(await untold()).toEqual([])
    await database.prepare(`update events set data = '{}' where id = ?`).bind(id).run()
    await call('POST', `/api/staff/jobs/${body[0].id}/retry/`, { as: root })
    const told = await database.prepare('select attempts, last_error from events').all()
    expect([await untold(), told.results]).toEqual([[], [{ attempts: 0, last_error: '' }]])
  })

  it('is the administrators’, and of no job there is not', async () => {
    const job = await park()
    const asked = await call('POST', `/api/staff/jobs/${job.id}/retry/`, { as: kim })
    expect([asked.status, asked.body]).toEqual([403, denied])
    const none = await call('POST', `/api/staff/jobs/${job.id + 1}/retry/`, { as: root })
    expect([none.status, none.body]).toEqual([404, { detail: 'Not found.' }])
    expect(await audits()).toEqual([])
  })
})

describe('DELETE /api/staff/jobs/:id', () => {
  it('gives a job up, and writes down who did', async () => {
    const job = await park()
    const path = `/api/staff/jobs/${job.id}/`
    expect((await call('DELETE', path, { as: kim })).status).toBe(403)
    expect((await call('DELETE', path, { as: root })).status).toBe(204)
    const again = await call('DELETE', path, { as: root })
    expect([again.status, again.body]).toEqual([404, { detail: 'Not found.' }])
    expect(await audits()).toEqual([
      { actor_id: root.id, action: 'jobs.drop', subject: `job:${job.id}` },
    ])
  })
})
