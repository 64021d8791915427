// What staff does to others leaves a row, in the batch that does it: who, what, to whom, from where; nobody's
// words. What is refused, and what people do to themselves, leaves none.
import { beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { statement } from '../../src/db/declare'
import { q } from '../../src/db/compile'
import { users } from '../../src/db/schema'
import { asStaff, asSystem, byRight } from '../../src/domain/accounts/sessions/acting'
import type { Caller } from '../../src/domain/base/actor'
import { type Right, rights } from '../../src/domain/base/rights'
import { database } from '../support/database'
import { type Person, sessionOf, signUp } from '../support/people'
import { join } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const rows = async () => (await database.prepare('select * from audit order by id').all()).results

const administrator = async () => {
  const root = await signUp(world, 'root')
  await join(root, 'Administrators')
  return root
}

const row = (actor: Person, userId: number, action: string, change: object) => ({
  id: expect.any(Number),
  at: world.clock.now,
  actor: 'staff',
  actor_id: actor.id,
  action,
  user_id: userId,
  subject: '',
  change: JSON.stringify(change),
  network: '203.0.113.0/24',
  country: '',
  agent: 'tests',
})

beforeEach(async () => {
  await database.prepare('delete from audit').run()
})

describe('contract E', () => {
  it('notes what an administrator changes of somebody, without their words', async () => {
    const [root, bob] = [await administrator(), await signUp(world, 'bob')]
    const json = { first_name: 'Robert', email: 'robert@example.com', is_active: false }
    expect((await call('PATCH', `/users/${bob.id}/`, { json, as: root })).status).toBe(200)
    const said = { firstName: 'changed', email: 'changed', isActive: false }
    const [noted] = await rows()
    expect(noted).toEqual({ ...row(root, bob.id, 'people.edit', {}), change: expect.any(String) })
    expect(JSON.parse(String(noted?.['change']))).toEqual(said)
  })

  it('notes whom an administrator erases', async () => {
    const [root, bob] = [await administrator(), await signUp(world, 'bob')]
    expect((await call('DELETE', `/users/${bob.id}/`, { as: root })).status).toBe(204)
    expect(await rows()).toEqual([row(root, bob.id, 'people.erase', {})])
  })

  it('notes whom an administrator puts into a group', async () => {
    const root = await administrator()
    const password = 'a password of hers'
    const json = {
      username: 'teacher',
      password,
      email: 't@example.com',
      first_name: 't',
      last_name: 't',
      groups: [2],
    }
    const { status, body } = await call('POST', '/api/register/', { json, as: root })
    expect([status, (await rows()).length]).toEqual([201, 1])
    expect(await rows()).toEqual([
      row(root, body.user?.id ?? body.id, 'people.register', { groups: [2] }),
    ])
  })

  it('notes nothing that people do to themselves', async () => {
    const root = await administrator()
    await call('PATCH', `/users/${root.id}/`, { json: { first_name: 'Root' }, as: root })
    const bob = await signUp(world, 'bob')
    expect((await call('DELETE', `/users/${bob.id}/`, { as: bob })).status).toBe(204)
    expect(await rows()).toEqual([])
  })

  it('notes nothing that is refused', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const json = { first_name: 'Robert' }
    expect((await call('PATCH', `/users/${bob.id}/`, { json, as: alice })).status).toBe(403)
    expect((await call('DELETE', `/users/${bob.id}/`, { as: alice })).status).toBe(403)
    expect(await rows()).toEqual([])
  })
})

const rename = statement({ id: users.id }, (p) =>
  q.run(sql`update ${users} set ${sql.raw('bio')} = 'seen' where ${users.id} = ${p.id}`),
)
const bioOf = (id: number) =>
  database.prepare('select bio from users where id = ?').bind(id).first('bio')
const callerOf = (person: Person): Caller => ({
  userId: person.id,
  sessionId: sessionOf(person),
  tokenHash: null,
})

describe('staff', () => {
  const act = (userId: number) => ({ action: 'people.seen', userId, change: { seen: true } })

  it('does what it has the right to, behind its guard and in front of its row', async () => {
    const [kim, bob] = [await signUp(world, 'kim'), await signUp(world, 'bob')]
    await join(kim, 'Staff')
    const actor = byRight('people.read', callerOf(kim))
    await world.run((ctx) => asStaff(ctx, actor, act(bob.id), { seen: rename({ id: bob.id }) }))
    expect(await bioOf(bob.id)).toBe('seen')
    expect(await rows()).toEqual([row(kim, bob.id, 'people.seen', { seen: true })])
  })

  it('does nothing without the right, and leaves no row', async () => {
    const [kim, bob] = [await signUp(world, 'kim'), await signUp(world, 'bob')]
    await join(kim, 'Staff')
    const actor = byRight('people.erase', callerOf(kim))
    const work = { seen: rename({ id: bob.id }) }
    const acted = world.run((ctx) => asStaff(ctx, actor, act(bob.id), work))
    await expect(acted).rejects.toMatchObject({ code: 'permission.denied' })
    expect([await bioOf(bob.id), await rows()]).toEqual(['', []])
  })

  it('has the rights of a closed list: some are the administrators’ alone', () => {
    const only = (group: 'administrators' | 'staff') =>
      (Object.keys(rights) as Right[]).filter((right) =>
        (rights[right] as readonly string[]).includes(group),
      )
    expect(only('staff')).toEqual([
      'people.read',
      'figures.read',
      'jobs.read',
      'cases.read',
      'people.suspend',
      'people.sessions',
      'cases.decide',
    ])
    expect(only('administrators')).toEqual(Object.keys(rights))
    expect(Object.keys(rights).length).toBe(16)
  })
})

describe('the service itself', () => {
  it('leaves a row too, under the name of what acted', async () => {
    const bob = await signUp(world, 'bob')
    const act = { action: 'people.seen', userId: bob.id, subject: 'file:1' }
    const work = { seen: rename({ id: bob.id }) }
    await world.run((ctx) => asSystem(ctx, { kind: 'system', name: 'import' }, act, work))
    expect(await rows()).toMatchObject([
      {
        actor: 'import',
        actor_id: null,
        action: 'people.seen',
        user_id: bob.id,
        subject: 'file:1',
      },
    ])
  })
})
