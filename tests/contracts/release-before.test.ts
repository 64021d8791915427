// A database of the release before, filled, under the new code; and the release before on the new tables.
import { describe, expect, it } from 'vitest'
import { backUp } from '../support/backup'
import { startChat, startWith } from '../support/conversations'
import { database } from '../support/database'
import { signUp } from '../support/people'
import { beforeMigration } from '../support/release-before'
import { befriend, block } from '../support/relations'
import { join } from '../support/sockets'
import { createWorld } from '../support/world'

const world = createWorld({ now: Date.now() })
const { call } = world

const run = (sql: string, ...values: (string | number)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()

describe('a database of the release before that laid conversations of many', () => {
  it('shows the same answers once it is migrated', async () => {
    const { alice, bob, id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    const dan = await signUp(world, 'dan')
    await befriend(alice, carol)
    await startWith(world, carol, alice)
    await startWith(world, dan, alice)
    await block(dan, alice)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    for (const message of ['one', 'two', 'three']) socket.send({ message })
    await socket.got(3)
    const bobs = await join(world, `/ws/chat/${id}/`, { as: bob })
    bobs.send({ type: 'read', id: 1 })
    const lastOf = async () => (await call('GET', '/conversations/', { as: bob })).body[0]
    await expect.poll(lastOf).toMatchObject({ last_message: { id: 3 }, unread: 2 })
    const shown = async () => {
      const asked = [alice, bob, carol, dan].flatMap((as) =>
        ['/conversations/', `/conversations/${id}/`, '/users/export/', '/api/friends/'].map(
          (path) => call('GET', path, { as }),
        ),
      )
      return (await Promise.all(asked)).map(({ status, text }) => [status, text])
    }
    const before = await shown()
    expect(before.map(([status]) => status)).toContain(404)
    const { rows, migrate } = await beforeMigration('chat_ground')
    await migrate()
    // Who was there of late may be listening.
    const users = rows['users']!.map((row) => ({ ...row, listens_until: row['online_until'] }))
    expect(await backUp()).toEqual({ ...rows, users })
    expect(await shown()).toEqual(before)
    bobs.send({ message: 'four' })
    await expect.poll(lastOf).toMatchObject({ last_message: { id: 4, text: 'four' } })
  })
})

describe('the release before, on the tables of conversations of many', () => {
  // Its statements as they were, and a group of alice's, which it does not know of.
  const open = `insert into conversations (initiator_id, receiver_id, room, created_at)
    values (?, ?, '', 0) on conflict do update set closed_at = null`
  const enter = `insert into conversation_members (conversation_id, user_id, other_id, active_at)
    select id, ?2, ?3, 0 from conversations where
      case when initiator_id < receiver_id then initiator_id else receiver_id end = min(?2, ?3)
      and case when initiator_id < receiver_id then receiver_id else initiator_id end = max(?2, ?3)
      and ?1 = '' on conflict do nothing`

  it('opens a pair once, and meets no group', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const group = await database
      .prepare(
        `insert into conversations (initiator_id, receiver_id, created_at, kind, title, client_id)
         values (?1, ?1, 0, 'group', 'Tea', 'c1') returning id`,
      )
      .bind(alice.id)
      .first<number>('id')
    await run(
      `insert into conversation_members (conversation_id, user_id, active_at, role)
       values (?, ?, 0, 'owner')`,
      group!,
      alice.id,
    )
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await run(open, one.id, other.id)
      await run(enter, '', one.id, other.id)
    }
    const { results } = await database
      .prepare(
        `select m.user_id, u.id as other from conversation_members m
         join users u on u.id = m.other_id where m.user_id in (?, ?) order by m.user_id`,
      )
      .bind(alice.id, bob.id)
      .all()
    expect(results).toEqual([
      { user_id: alice.id, other: bob.id },
      { user_id: bob.id, other: alice.id },
    ])
    // Nor does contract C, whose conversations are pairs.
    const { body } = await call('GET', '/conversations/', { as: alice })
    expect(body.map((one: { receiver: object }) => one.receiver)).toMatchObject([
      { username: bob.username },
    ])
    expect((await call('GET', `/conversations/${group}/`, { as: alice })).status).toBe(404)
  })

  it('keeps to one pair of two, one group of a name and one owner of a conversation', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const id = await startWith(world, alice, bob)
    const insert = (kind: string, clientId: string) =>
      run(
        `insert into conversations (initiator_id, receiver_id, created_at, kind, client_id)
         values (?, ?, 0, ?, ?)`,
        alice.id,
        kind === 'pair' ? bob.id : alice.id,
        kind,
        clientId,
      )
    await expect(insert('pair', 'p')).rejects.toThrow(/UNIQUE/)
    await insert('group', 'c1')
    await insert('group', 'c2')
    await expect(insert('group', 'c1')).rejects.toThrow(/UNIQUE/)
    const own = (userId: number) =>
      run(
        `update conversation_members set role = 'owner' where conversation_id = ? and user_id = ?`,
        id,
        userId,
      )
    await own(alice.id)
    await expect(own(bob.id)).rejects.toThrow(/UNIQUE/)
  })
})
