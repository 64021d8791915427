// What an account is told of its safety, beside the mails: on every device and in its feed, each a line of its own.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { database } from '../support/database'
import { feedOf, logOf, untold } from '../support/news'
import { listening, type Person, signUp } from '../support/people'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld()
const { call } = world

let alice: Person
beforeEach(async () => {
  alice = await signUp(world, 'alice')
  await listening(alice)
})

const newPassword = (old_password: string, new_password: string) =>
  call('POST', '/api/change-password/', { json: { old_password, new_password }, as: alice })
const lines = async () =>
  (await feedOf(alice)).map(({ kind, actor_id, data }) => [kind, actor_id, JSON.parse(data)])
const told = (what: string) => ['account.security', null, { what }]

describe('an account', () => {
  it('is told of a new password behind the answer, and not of one that was refused', async () => {
    expect((await newPassword('not the old one', 'another password')).status).toBe(400)
    expect([await lines(), await untold()]).toEqual([[], []])
    expect((await newPassword(alice.password, 'another password')).status).toBe(200)
    expect([await lines(), await untold()]).toEqual([[told('password_changed')], []])
    expect((await logOf(alice)).map(({ kind }) => kind)).toEqual(['account.security'])
  })

  it('is told of a new address by the timer, and of each change by itself', async () => {
    await database
      .prepare('update users set email = ?1, email_key = ?1 where id = ?2')
      .bind(`${alice.username}@example.org`, alice.id)
      .run()
    const email = (name: string) =>
      call('POST', '/users/update/', { json: { email: `${name}@example.net` }, as: alice })
    expect((await email(alice.username)).status).toBe(200)
    expect((await email(alice.username)).status).toBe(200)
    await newPassword(alice.password, 'another password')
    world.clock.advance(60_000)
    await world.run(everyMinute)
    expect(await lines()).toEqual([told('password_changed'), told('email_changed')])
  })
})
