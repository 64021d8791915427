// What an account is told of its safety, beside the mails: on every device and in its feed, each a line of its own.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { askForCode, registerWithCode, signInWithCode } from '../support/code-people'
import { database } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { feedOf, logOf, untold } from '../support/news'
import { listening, type Person, signUp } from '../support/people'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const box = createMailbox()
const world = createWorld({
  env: { LIMIT_PASSWORD_NEW_ADDRESSES: '1000000/900' },
  context: box.context,
})
const { call } = world

let alice: Person
beforeEach(async () => {
  await database.prepare('delete from events').run()
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

  it('is told of a new address behind the answer, and of each change by itself', async () => {
    await database
      .prepare('update users set email = ?1, email_key = ?1 where id = ?2')
      .bind(`${alice.username}@example.org`, alice.id)
      .run()
    const email = (name: string) =>
      call('POST', '/users/update/', { json: { email: `${name}@example.net` }, as: alice })
    expect((await email(alice.username)).status).toBe(200)
    expect((await email(alice.username)).status).toBe(200)
    expect([await lines(), await untold()]).toEqual([[told('email_changed')], []])
    await newPassword(alice.password, 'another password')
    expect(await lines()).toEqual([told('password_changed'), told('email_changed')])
  })

  it('is told of an address that an administrator gives it', async () => {
    const root = await signUp(world, 'root')
    await database
      .prepare('insert into memberships (user_id, group_id) values (?, 1)')
      .bind(root.id)
      .run()
    const json = { email: `${alice.username}@example.net` }
    expect((await call('PATCH', `/users/${alice.id}/`, { json, as: root })).status).toBe(200)
    expect([await lines(), await untold()]).toEqual([[told('email_changed')], []])
  })

  it('is told of a sign-in by an unknown device behind its answer, and of a known one not again', async () => {
    const bob = await registerWithCode(world, 'bob')
    const { id } = (await database
      .prepare('select id from users where username = ?')
      .bind(bob.username)
      .first<{ id: number }>())!
    const signIn = async (agent: string) => {
      const code = await askForCode(world, box, bob)
      const headers = { 'user-agent': agent }
      expect((await signInWithCode(world, bob, code, { headers })).status).toBe(200)
    }
    await signIn('a telephone')
    const first = (await feedOf({ id })).length
    await signIn('a telephone')
    await signIn('a borrowed laptop')
    const kinds = (await feedOf({ id })).map(({ data }) => JSON.parse(data).what)
    expect([kinds.length - first, kinds[0], await untold()]).toEqual([1, 'new_sign_in', []])
  })

  it.each(['', 'somebody@example.org'])(
    'with the address "%s" is told once that a hundred passwords in a row were wrong',
    async (email) => {
      const key = email && `${alice.username}-${email}`
      await database
        .prepare('update users set email = ?1, email_key = ?1 where id = ?2')
        .bind(key, alice.id)
        .run()
      const json = { username: alice.username, password: 'not the password' }
      let tries = 0
      const guess = () => {
        const address = `198.19.7.${++tries}`
        const headers = { 'cf-connecting-ip': address }
        return call('POST', '/accounts/login/', { json, headers })
      }
      await guess()
      await database
        .prepare('update counters set spent = 100 where key = ?')
        .bind(`password.run/${alice.id}`)
        .run()
      expect(await lines()).toEqual([])
      for (const _ of [1, 2, 3]) await guess()
      world.clock.advance(60_000)
      await world.run(everyMinute)
      expect([await lines(), await untold()]).toEqual([[told('sign_in_attacked')], []])
    },
  )
})
