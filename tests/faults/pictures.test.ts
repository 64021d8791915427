// Pictures are in two places, a row and a file: whichever fails, no account shows one that is not there.
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runDueJobs } from '../../src/domain/base/jobs'
import { sweep } from '../../src/domain/moving/sweep'
import * as file from '../support/pictures'
import { createFaultyWorld } from './doubles'
import { prepareStages, setStage, type Stage } from './stage'

const { world, faults } = createFaultyWorld()
const { database, r2 } = faults
const day = 24 * 60 * 60_000

let stage: Stage
beforeAll(() => prepareStages(world))
beforeEach(async () => {
  for (const fault of [database, r2]) fault.heal()
  const before = await env.MEDIA.list()
  await env.MEDIA.delete(before.objects.map(({ key }) => key))
  stage = await setStage(world)
})

function upload() {
  const form = new FormData()
  form.append('avatar', new File([file.png()], 'me.png'))
  return world.call('POST', '/users/update/', { form, as: stage.alice })
}

/** What alice's account shows, and the rows and files that there are. */
async function pictures() {
  const shown = await env.DB.prepare('select avatar from users where id = ?')
    .bind(stage.alice.id)
    .first<{ avatar: string }>()
  const { results } = await env.DB.prepare('select key from media').all<{ key: string }>()
  const { objects } = await env.MEDIA.list()
  return {
    shown: shown!.avatar,
    rows: results.map(({ key }) => key).toSorted(),
    files: objects
      .map(({ key }) => key)
      .filter((key) => !key.startsWith('erased/'))
      .toSorted(),
  }
}

/** The timers, until the next day. */
async function passDay() {
  const { now } = world.clock
  world.clock.advance(60_000)
  await world.run(runDueJobs)
  world.clock.advance(day)
  await world.run(sweep)
  world.clock.now = now
}

const only = (key: string) => ({ shown: key, rows: [key], files: [key] })

// The first trip of an upload is the look at its session: nobody's picture is judged before it.
describe('an upload', () => {
  it('is shown and kept when the answer of the database was lost', async () => {
    database.tell('lost', 3)
    expect((await upload()).status).toBeGreaterThanOrEqual(500)
    database.heal()
    const { shown, files } = await pictures()
    expect(shown).not.toBe(stage.avatar)
    expect(files).toContain(shown)
    await passDay()
    expect(await pictures()).toEqual(only(shown))
  })

  it.each([
    ['its row was refused', () => database.tell('refused', 2)],
    ['the answer to its row was lost', () => database.tell('lost', 2)],
    ['its file was refused', () => r2.tell('refused', 1)],
    ['the answer to its file was lost', () => r2.tell('lost', 1)],
    ['it could not be shown', () => database.tell('refused', 3)],
  ])('leaves the picture before it, and nothing else a day later, when %s', async (_what, fail) => {
    fail()
    expect((await upload()).status).toBeGreaterThanOrEqual(500)
    for (const fault of [database, r2]) fault.heal()
    expect((await pictures()).shown).toBe(stage.avatar)
    await passDay()
    expect(await pictures()).toEqual(only(stage.avatar))
  })

  it('goes at once when it was refused, whatever becomes of the file', async () => {
    const form = new FormData()
    form.append('avatar', new File([file.png()], 'me.png'))
    form.append('username', stage.usernames.bob)
    const { status } = await world.call('POST', '/users/update/', { form, as: stage.alice })
    expect(status).toBe(400)
    expect(await pictures()).toEqual(only(stage.avatar))
  })
})

describe('the picture before', () => {
  it('goes later when its file could not be removed', async () => {
    r2.tell('refused', 2)
    expect((await upload()).status).toBe(200)
    r2.heal()
    const { shown, files } = await pictures()
    expect(files).toEqual([stage.avatar, shown].toSorted())
    world.clock.advance(60_000)
    await world.run(runDueJobs)
    expect(await pictures()).toEqual(only(shown))
  })

  it('goes with its account, also when its file could not be removed', async () => {
    r2.tell('refused', Number.POSITIVE_INFINITY)
    const { status } = await world.call('DELETE', '/users/delete_account/', { as: stage.alice })
    expect(status).toBe(200)
    r2.heal()
    expect(await pictures()).toEqual({ shown: '', rows: [], files: [stage.avatar] })
    world.clock.advance(60_000)
    await world.run(runDueJobs)
    expect(await pictures()).toEqual({ shown: '', rows: [], files: [] })
  })
})
