// A conversation that both sides have left goes, with its room and its pictures, a while later; one that
// has one side left stays as it is.
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { startChat } from '../support/conversations'
import { database } from '../support/database'
import type { Person } from '../support/people'
import * as file from '../support/pictures'
import { join, roomOf, useFreshIds } from '../support/sockets'
import { createWorld, type World } from '../support/world'

beforeAll(useFreshIds)

const day = 24 * 60 * 60_000

/** Alice and bob, with a message and a picture. */
async function chat(world: World) {
  const { alice, bob, id } = await startChat(world)
  const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
  const data = file.png().toBase64()
  socket.send({ message: 'look', attachment: { data, format: 'png' } })
  const path: string = (await socket.got(1))[0].attachment
  return { alice, bob, id, key: path.slice('/media/'.length) }
}

const leave = (world: World, person: Person) =>
  world.call('DELETE', '/users/delete_account/', { as: person })

/** What is kept of a conversation: rows by table, messages in its room, whether its picture is there. */
async function kept(id: number, key: string) {
  const rows = async (sql: string) =>
    (await database.prepare(`select count(*) as n from ${sql}`).first('n')) as number
  return {
    conversations: await rows(`conversations where id = ${id}`),
    members: await rows(`conversation_members where conversation_id = ${id}`),
    media: await rows(`media where conversation_id = ${id}`),
    picture: (await env.MEDIA.head(key)) !== null,
    tables: await runInDurableObject(
      roomOf(id),
      (_room, { storage }) =>
        storage.sql.exec(`select * from sqlite_schema where name = 'messages'`).toArray().length,
    ),
  }
}

const all = { conversations: 1, members: 2, media: 1, picture: true, tables: 1 }
const nothing = { conversations: 0, members: 0, media: 0, picture: false, tables: 0 }

describe('a conversation', () => {
  it('goes 30 days after both sides have left, and not before', async () => {
    const world = createWorld({ now: Date.now() })
    const { alice, bob, id, key } = await chat(world)
    await leave(world, alice)
    world.clock.advance(100 * day)
    const again = await world.call('POST', '/accounts/login/', {
      json: { username: bob.username, password: bob.password },
    })
    await leave(world, { ...bob, ...again.body })
    world.clock.advance(30 * day - 1)
    await world.run(everyMinute)
    expect(await kept(id, key)).toEqual(all)
    world.clock.advance(1)
    await world.run(everyMinute)
    expect(await kept(id, key)).toEqual(nothing)
    expect(await database.prepare('select * from jobs').first()).toBeNull()
  })

  it('is as it was for the other side as long as that has not left', async () => {
    const world = createWorld({ now: Date.now() })
    const { alice, bob, id, key } = await chat(world)
    const read = async () => (await world.call('GET', `/conversations/${id}/`, { as: bob })).body
    const { message_set: before } = await read()
    await leave(world, alice)
    for (let n = 0; n < 3; n++) await world.run(everyMinute)
    const deleted = `deleted-${alice.id}`
    expect((await read()).message_set).toEqual([{ ...before[0], realSender: deleted }])
    expect(await kept(id, key)).toEqual(all)
  })

  it('goes as soon as the setting says, and is tried again until all of it is gone', async () => {
    let isDown = true
    const world = createWorld({
      now: Date.now(),
      env: { DELETED_KEPT_DAYS: '0' },
      context: (context) => ({
        ...context,
        media: {
          ...context.media,
          async remove(keys) {
            if (isDown) throw new Error('R2 is away')
            return context.media.remove(keys)
          },
        },
      }),
    })
    const { alice, bob, id, key } = await chat(world)
    await leave(world, alice)
    await leave(world, bob)
    expect(await kept(id, key)).toEqual({ ...all, tables: 0 })
    isDown = false
    world.clock.advance(60_000)
    await world.run(everyMinute)
    expect(await kept(id, key)).toEqual(nothing)
  })

  it('is not touched by a job about one that somebody is still in', async () => {
    const world = createWorld({ now: Date.now() })
    const { alice, id, key } = await chat(world)
    await leave(world, alice)
    await database
      .prepare(
        `insert into jobs (kind, key, payload, due_at, created_at)
         values ('room.erase', 'room.erase:x', json_object('conversationId', ?), 0, 0)`,
      )
      .bind(id)
      .run()
    await world.run(everyMinute)
    expect(await kept(id, key)).toEqual(all)
  })
})
