// KV, R2, the mail, the rooms and the people's objects fail in turn, by a refusal or by silence: every route that asks them answers
// what it would answer otherwise, or says honestly that it failed; nothing is lost, and what they should
// have done is done once they are back. `FAULTS_FULL=1` has each fail in both ways for each route, else in one.
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runDueJobs } from '../../src/domain/base/jobs'
import { logLinesOf } from '../support/log-lines'
import { join } from '../support/sockets'
import type { Answer } from '../support/world'
import { createFaultyWorld, type Outsider, outsiders } from './doubles'
import {
  brokenInvariants,
  difference,
  expectHonest,
  oneOf,
  rowsNow,
  statusWithout,
} from './outcome'
import { nameOf, type Row, rows, send } from './requests'
import { password, prepareStages, setStage, type Stage } from './stage'

const { world, faults } = createFaultyWorld()
const others = outsiders.filter(
  (name): name is Exclude<Outsider, 'database'> => name !== 'database',
)

type Ids = Stage['ids']

beforeAll(() => prepareStages(world))
beforeEach(() => {
  for (const fault of Object.values(faults)) fault.heal()
})

type Other = (typeof others)[number]

const kinds = ['refused', 'hangs'] as const

/**
 * What cannot be done without one of them, and so is answered with a 5xx. Sessions that were to end have
 * ended all the same: their open sockets are closed by a job.
 */
const needs: Record<Other, (row: Row) => boolean> = {
  kv: () => false,
  mail: () => false,
  r2: ({ route, what }) => what === 'a picture' || route === 'GET /media/:folder/:file',
  rooms: ({ route }) =>
    ['GET /conversations/:id', 'GET /ws/chat/:id', 'GET /users/export'].includes(route),
  people: ({ route }) => route === 'GET /ws/me',
}

/** Lets the timer come round, again and again as it does while somebody is out of reach. */
async function finishJobs() {
  const { now } = world.clock
  for (let minute = 1; minute <= 3; minute++) {
    world.clock.advance(60_000)
    await world.run(runDueJobs)
  }
  world.clock.now = now
}

/** The ways in which an outsider fails for a route: all of them, or now this and now that one. */
const kindsFor = (place: number) =>
  env.FAULTS_FULL === '1' ? kinds : [kinds[place % kinds.length]!]

describe.each(rows.map((row, place) => ({ name: nameOf(row), row, place })))(
  '$name',
  ({ name, row, place }) => {
    it('loses nothing while something else is out of reach', async () => {
      const usual = await setStage(world)
      await row.before?.(world, usual)
      const start = await rowsNow()
      for (const fault of Object.values(faults)) fault.heal()
      const { status } = await send(world, row, usual)
      await finishJobs()
      const all = difference(start, await rowsNow())
      const asked = others.filter((other) => faults[other].asked > 0)
      const failures = asked.flatMap((other, nth) =>
        kindsFor(place + nth).map((kind) => ({ other, kind })),
      )
      for (const { other, kind } of failures) {
        const how = `${name}: ${other} ${kind}`
        const stage = await setStage(world)
        await row.before?.(world, stage)
        const before = await rowsNow()
        let answer: Answer
        const { faults: lines } = await logLinesOf(async () => {
          faults[other].tell(kind, Number.POSITIVE_INFINITY)
          answer = await send(world, row, stage)
          await world.run(runDueJobs)
          faults[other].heal()
        })
        expectHonest(answer!, lines, how, other)
        const fails = needs[other](row)
        expect([how, answer!.status]).toEqual([how, fails ? statusWithout(other) : status])
        await finishJobs()
        const allowed = fails ? ['nothing', ...(row.leaves ?? [])] : [all]
        expect([how, difference(before, await rowsNow())]).toEqual([how, oneOf(allowed)])
        expect([how, await brokenInvariants()]).toEqual([how, []])
      }
    })
  },
)

describe('a refresh token', () => {
  const refresh = (token: string) =>
    world.call('POST', '/accounts/refresh/', { json: { refresh: token } })
  const rotate = (token: string) =>
    world.call('POST', '/api/token/refresh/', { headers: { bearer: `Token ${token}` } })

  it.each(['refused', 'lost', 'hangs'] as const)(
    'that was signed out is dead, the blacklist %s',
    async (kind) => {
      const { alice } = await setStage(world)
      faults.kv.tell(kind, Number.POSITIVE_INFINITY)
      const json = { refresh: alice.refresh }
      expect((await world.call('POST', '/accounts/logout/', { json, as: alice })).status).toBe(200)
      expect((await refresh(alice.refresh)).status).toBe(401)
      faults.kv.heal()
      expect((await refresh(alice.refresh)).status).toBe(401)
    },
  )

  it('that comes back late ends its session without the blacklist as well', async () => {
    const { alice } = await setStage(world)
    const { now } = world.clock
    faults.kv.tell('refused', Number.POSITIVE_INFINITY)
    const { body } = await rotate(alice.refresh)
    // The answer was lost: asked again at once, it is the same.
    expect((await rotate(alice.refresh)).body.refresh_token).toBe(body.refresh_token)
    world.clock.advance(10_001)
    expect((await rotate(alice.refresh)).status).toBe(401)
    expect((await rotate(body.refresh_token)).status).toBe(401)
    faults.kv.heal()
    expect((await rotate(body.refresh_token)).status).toBe(401)
    world.clock.now = now
  })
})

describe.each(kinds)('a room that is out of reach (%s)', (how) => {
  const jobs = async () =>
    (await env.DB.prepare('select kind from jobs').all<{ kind: string }>()).results.map(
      ({ kind }) => kind,
    )

  it.each([
    ['a block', 'POST', ({ bob }: Ids) => `/users/blocks/${bob}/`, 'room.close'],
    [
      'an unfriending',
      'DELETE',
      ({ bob }: Ids) => `/api/friends/remove/${bob}/`,
      'room.ended_friendship',
    ],
    ['a deletion', 'DELETE', () => '/users/delete_account/', 'room.close'],
  ] as const)('learns of %s once it is back', async (_what, method, path, kind) => {
    const { alice, ids, conversation } = await setStage(world)
    faults.rooms.tell(how, Number.POSITIVE_INFINITY)
    expect((await world.call(method, path(ids), { as: alice })).status).toBeLessThan(300)
    expect(await jobs()).toEqual([kind])
    faults.rooms.heal()
    await finishJobs()
    expect(await jobs()).toEqual([])
    const isClosed = await runInDurableObject(
      env.ROOMS.getByName(String(conversation)),
      (_room, { storage }) => storage.sql.exec('select is_closed from status').one()['is_closed'],
    )
    expect(isClosed).toBe(1)
  })
})

describe.each(kinds)('sessions that end while the person’s object is out of reach (%s)', (how) => {
  it.each([
    ['a sign-out', 'POST', '/api/logout/', {}],
    ['the end of a session', 'DELETE', '/api/sessions/', {}],
    ['a deletion', 'DELETE', '/users/delete_account/', {}],
    [
      'a change of the password',
      'POST',
      '/api/change-password/',
      { old_password: password, new_password: 'another one' },
    ],
  ])('are over at the answer, and lose their sockets by a job: %s', async (...given) => {
    const [what, method, path, json] = given
    const stage = await setStage(world)
    const ended = isOwnEnd(what) ? stage.alice : await otherSession(stage)
    const sockets = [
      await join(world, `/ws/chat/${stage.conversation}/`, { as: ended }),
      await join(world, '/ws/me/', { as: ended }),
    ]
    faults.people.tell(how, Number.POSITIVE_INFINITY)
    expect((await world.call(method, path, { json, as: stage.alice })).status).toBeLessThan(300)
    expect((await world.call('GET', '/api/profile/', { as: ended })).status).toBe(401)
    const { results } = await env.DB.prepare('select key from jobs where kind = ?')
      .bind('sessions.ended')
      .all<{ key: string }>()
    expect(results).toEqual([{ key: expect.stringMatching(`^sessions.ended:${stage.alice.id}:`) }])
    expect(sockets[1]!.closed).toBe(null)
    faults.people.heal()
    await finishJobs()
    const [inRoom, own] = await Promise.all(sockets.map((socket) => socket.gone()))
    // The rooms of who has left are closed by a job of their own.
    expect(inRoom!.code).toBe(what === 'a deletion' ? 4003 : 4001)
    expect(own).toEqual({ code: 4001, reason: 'Session ended' })
  })
})

const isOwnEnd = (what: string) => what === 'a sign-out' || what === 'a deletion'

async function otherSession({ alice }: Stage): Promise<{ access: string }> {
  const json = { username: alice.username, password }
  return (await world.call('POST', '/accounts/login/', { json })).body
}

describe('a mail that cannot be sent', () => {
  it('is tried three times where it holds a code, and the next can be asked for a minute later', async () => {
    const { usernames } = await setStage(world)
    const json = { username: usernames.carol, email: `${usernames.carol}@example.org` }
    const ask = () => world.call('POST', '/twofa/send-code/', { json })
    faults.mail.tell('refused', Number.POSITIVE_INFINITY)
    expect((await ask()).status).toBe(200)
    expect(faults.mail.asked).toBe(3)
    faults.mail.heal()
    await ask()
    expect(faults.mail.asked).toBe(0)
    world.clock.advance(60_000)
    await ask()
    expect(faults.mail.asked).toBe(1)
  })

  it('is sent later where it is a notice, and once', async () => {
    const { alice, usernames } = await setStage(world)
    const json = { email: `${usernames.alice}@example.net` }
    faults.mail.tell('refused', Number.POSITIVE_INFINITY)
    expect((await world.call('POST', '/users/update/', { json, as: alice })).status).toBe(200)
    expect(faults.mail.asked).toBe(1)
    faults.mail.heal()
    await finishJobs()
    expect(faults.mail.asked).toBe(1)
  })
})
