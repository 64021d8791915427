// A new SEAL_KEY: what the key before has sealed is sealed anew, 500 rows a day, and opens all the while.
import { beforeAll, expect, it } from 'vitest'
import { sealKeyId } from '../../src/domain/base/seal'
import { sealAddress } from '../../src/domain/push/addresses'
import { sweep } from '../../src/domain/moving'
import { toBase64Url } from '../../src/domain/base/base64url'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { type Person, sessionOf, signUp } from '../support/people'
import { answeringOutside, oneBrowser } from '../support/push'
import { join } from '../support/relations'
import { beginning, createWorld, type World } from '../support/world'

const outside = answeringOutside()
const key = (byte: number) => new Uint8Array(32).map((_, i) => byte + i)
const worldWith = (env: Record<string, string>) => createWorld({ env, context: outside.context })
const before = worldWith({ SEAL_KEY: toBase64Url(key(1)) })
const rotated = { SEAL_KEY: toBase64Url(key(100)), SEAL_KEY_PREVIOUS: toBase64Url(key(1)) }
const after = worldWith(rotated)

let alice: Person
beforeAll(async () => {
  alice = await signUp(before, 'alice')
  await join(alice, 'Administrators')
})

const targets = '/api/me/push-subscriptions/'
const hooks = '/api/staff/webhooks/'

/** How many secrets each key has sealed. */
async function bySealer(): Promise<Record<string, number>> {
  const text = JSON.stringify(await allRows())
  const of = (byte: number) => text.split(`"${sealKeyId(key(byte))}.`).length - 1
  return { before: of(1), today: of(100) }
}
const sweepOf = (world: World) => world.run(sweep)

it('is done by the sweep, once a day, and costs nothing where no key was before', async () => {
  const { body: target } = await before.call('POST', targets, { json: oneBrowser, as: alice })
  const json = { url: 'https://hooks.example.net/', kinds: ['*'] }
  const { body: hook } = await before.call('POST', hooks, { json, as: alice })
  await before.call('POST', `${hooks}${hook.id}/rotate/`, { as: alice })
  expect(await bySealer()).toEqual({ before: 3, today: 0 })
  await sweepOf(before)
  expect(await bySealer()).toEqual({ before: 3, today: 0 })
  const push = () => after.call('POST', `${targets}${target.id}/test/`, { as: alice })
  expect((await push()).body).toEqual({ result: 'accepted' })

  await sweepOf(after)
  expect(await bySealer()).toEqual({ before: 0, today: 3 })
  expect((await push()).body).toEqual({ result: 'accepted' })
  const without = worldWith({ ...rotated, SEAL_KEY_PREVIOUS: '' })
  const test = await without.call('POST', `${targets}${target.id}/test/`, { as: alice })
  expect(test.body).toEqual({ result: 'accepted' })
  await without.call('POST', `${hooks}${hook.id}/test/`, { as: alice })
  const [sent] = outside.sent.slice(-1)
  expect(sent!.headers!['webhook-signature']!.split(' ').length).toBe(2)
})

it('takes 500 rows a day', async () => {
  await database.prepare('delete from push_targets').run()
  await before.run(async (ctx) => {
    const address = { kind: 'web', endpoint: oneBrowser.endpoint, ...oneBrowser.keys } as const
    const rows = Array.from({ length: 510 }, (_, n) => `hash-${n}`)
    for (const id of rows) {
      const sealed = await sealAddress(ctx, id, address)
      const sql = `insert into push_targets (user_id, session_id, kind, platform, address_hash, sealed,
        created_at) values (?, ?, 'web', 'web', ?, ?, ?)`
      await database.prepare(sql).bind(alice.id, sessionOf(alice), id, sealed, beginning).run()
    }
  })
  const left = async () => (await bySealer())['before']
  await sweepOf(after)
  expect(await left()).toBe(510)
  after.clock.advance(24 * 60 * 60_000)
  await sweepOf(after)
  expect(await left()).toBe(10)
  await sweepOf(after)
  expect(await left()).toBe(10)
  after.clock.advance(24 * 60 * 60_000)
  await sweepOf(after)
  expect(await left()).toBe(0)
})
