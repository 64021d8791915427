// Presence: several devices are one person, a dropped connection is no leave, and who is gone goes
// offline by time alone.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { startChat } from '../support/conversations'
import { database, withBatches } from '../support/database'
import { type Person, signUp } from '../support/people'
import { befriend } from '../support/relations'
import { equip, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const minute = 60_000
/** One access lifetime plus a minute. */
const span = 16 * minute

/** Whether bob is shown as connected at a time, seen by alice in their conversation. */
async function isConnectedAt(time: number, viewer: Person, id: number): Promise<boolean> {
  const before = world.clock.now
  world.clock.now = time
  // Her token has expired by then; a fresh one is signed at that time.
  const json = { username: viewer.username, password: viewer.password }
  const { body } = await world.call('POST', '/accounts/login/', { json })
  const inbox = await world.call('GET', '/conversations/', { as: body })
  world.clock.now = before
  return inbox.body.find((one: any) => one.conversation_id === id).receiver.is_connected
}

async function onlineUntil(person: Person): Promise<number> {
  const row = await database
    .prepare('select online_until as t from users where id = ?')
    .bind(person.id)
    .first<{ t: number }>()
  return row!.t
}

/** Waits until no socket of the person is in the conversation. */
async function hasLeft(person: Person, id: number): Promise<void> {
  await expect.poll(() => roomOf(id).socketsOf(person.id)).toEqual([])
  const inRoom = () =>
    runInDurableObject(personOf(person.id), (_person, { storage }) => [
      ...storage.kv.list({ prefix: `at:${id}:` }),
    ])
  await expect.poll(inRoom).toEqual([])
}

/** Runs the person's alarm as if it were `later` milliseconds from now. */
async function lookLater(person: Person, later: number): Promise<void> {
  const now = Date.now()
  await equip(personOf(person.id), { now: () => now + later })
  await runInDurableObject(personOf(person.id), (object) => object.alarm())
}

describe('is_connected', () => {
  it('lasts while one of two devices is there, and ends by itself after the last', async () => {
    const { alice, bob, id } = await startChat(world)
    const phone = await join(world, `/ws/chat/${id}/`, { as: bob })
    const laptop = await join(world, '/ws/me/', { as: bob })
    const begun = Date.now()
    phone.close()
    await hasLeft(bob, id)
    // The laptop's socket alone carries him over, well past what his sign-in gave him.
    await lookLater(bob, 15 * minute)
    expect(await isConnectedAt(begun + 30 * minute, alice, id)).toBe(true)
    laptop.close()
    await expect
      .poll(() =>
        runInDurableObject(
          personOf(bob.id),
          (_o, { storage }) => [...storage.kv.list({ prefix: 'at:' })].length,
        ),
      )
      .toBe(0)
    // Nobody asks anything of the service in the meantime.
    expect(await isConnectedAt(begun + 15 * minute + span + minute, alice, id)).toBe(false)
  })

  it('is written through only when something changed', async () => {
    const { bob, id } = await startChat(world)
    const first = await join(world, `/ws/chat/${id}/`, { as: bob })
    first.close()
    await hasLeft(bob, id)
    await expect.poll(() => onlineUntil(bob)).toBeGreaterThan(0)
    const before = await onlineUntil(bob)
    let writes = 0
    await runInDurableObject(personOf(bob.id), (person) => {
      const counting = withBatches(person.context.db, (run) => {
        writes++
        return run()
      })
      person.context = { ...person.context, db: counting }
    })
    // A connection that comes and goes within seconds.
    for (let n = 0; n < 5; n++) {
      const again = await join(world, `/ws/chat/${id}/`, { as: bob })
      again.close()
      await hasLeft(bob, id)
    }
    expect([writes, await onlineUntil(bob)]).toEqual([0, before])
  })

  it('is not kept up by sockets that a crash has taken', async () => {
    const { bob, id } = await startChat(world)
    await join(world, `/ws/chat/${id}/`, { as: bob })
    await expect.poll(() => onlineUntil(bob)).toBeGreaterThan(0)
    // What a crash leaves: the person's object remembers a socket that no room has.
    await runInDurableObject(personOf(bob.id), (person) =>
      person.enter({ room: id, socketId: 'lost', sessionId: 'gone' }, Date.now(), bob.id),
    )
    await roomOf(id).drop(bob.id, 'all')
    const before = await onlineUntil(bob)
    await lookLater(bob, 9 * minute)
    expect(await onlineUntil(bob)).toBe(before)
  })

  it('ends with the sign-out when nothing else of the person is in use', async () => {
    const { alice, bob, id } = await startChat(world)
    const json = { username: bob.username, password: bob.password }
    const second = (await world.call('POST', '/accounts/login/', { json })).body
    await join(world, '/ws/me/', { as: bob })
    const other = await join(world, '/ws/me/', { as: second })
    const now = Date.now()
    const leave = async (tokens: { access: string; refresh: string }) => {
      const { status } = await world.call('POST', '/accounts/logout', {
        json: { refresh: tokens.refresh },
        as: tokens,
      })
      expect(status).toBe(200)
    }
    await leave(bob)
    expect(other.closed).toBe(null)
    expect(await isConnectedAt(now + 10 * minute, alice, id)).toBe(true)
    await leave(second)
    expect((await other.gone()).code).toBe(4001)
    expect(await isConnectedAt(now + 1000, alice, id)).toBe(false)
  })
})

/** Signs out a person's present session and in again later. */
async function signOut(person: Person): Promise<() => Promise<Person>> {
  const leaving = { json: { refresh: person.refresh }, as: person }
  expect((await world.call('POST', '/accounts/logout', leaving)).status).toBe(200)
  return async () => {
    const json = { username: person.username, password: person.password }
    const { body } = await world.call('POST', '/accounts/login/', { json })
    return { ...person, ...body }
  }
}

describe('friends who are there', () => {
  it('are told when somebody comes and when they have gone, not of a drop in between', async () => {
    const { alice, bob, id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    await befriend(alice, bob)
    const [friend, stranger] = [
      await join(world, '/ws/me/', { as: alice }),
      await join(world, '/ws/me/', { as: carol }),
    ]
    const said = (isConnected: boolean) => ({
      type: 'presence',
      user_id: bob.id,
      username: bob.username,
      is_connected: isConnected,
    })
    const signInAgain = await signOut(bob)
    expect(await friend.got(1)).toEqual([said(false)])
    const again = await signInAgain()
    expect(await friend.got(2)).toEqual([said(false), said(true)])
    const first = await join(world, `/ws/chat/${id}/`, { as: again })
    first.close()
    await hasLeft(bob, id)
    const second = await join(world, `/ws/chat/${id}/`, { as: again })
    second.close()
    await hasLeft(bob, id)
    await evictDurableObject(personOf(bob.id))
    await lookLater(bob, 10 * minute)
    expect(friend.frames).toEqual([said(false), said(true)])
    // alice stays, and her presence with her.
    await database
      .prepare('update users set online_until = ? where id = ?')
      .bind(Date.now() + 60 * minute, alice.id)
      .run()
    await lookLater(bob, span + minute)
    expect(await friend.got(3)).toEqual([said(false), said(true), said(false)])
    expect(stranger.frames).toEqual([])
  })

  it('are told at once of a sign-out', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await befriend(alice, bob)
    const friend = await join(world, '/ws/me/', { as: alice })
    await join(world, '/ws/me/', { as: bob })
    const signInAgain = await signOut(bob)
    expect(await friend.got(1)).toMatchObject([{ user_id: bob.id, is_connected: false }])
    // A sign-in is enough to be there; no socket is needed.
    await signInAgain()
    expect((await friend.got(2))[1]).toMatchObject({ user_id: bob.id, is_connected: true })
  })

  it('hear of each other by the alarm that the object has set for itself', async () => {
    const { bob, id } = await startChat(world)
    await join(world, `/ws/chat/${id}/`, { as: bob })
    await expect
      .poll(() => runInDurableObject(personOf(bob.id), (_o, { storage }) => storage.getAlarm()))
      .not.toBe(null)
    expect(await runDurableObjectAlarm(personOf(bob.id))).toBe(true)
  })
})
