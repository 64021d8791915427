// Names that were given up: free at once, or held for others where the deployment says so.
import { describe, expect, it } from 'vitest'
import { sweep } from '../../src/domain/moving/sweep'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { createWorld, type World } from '../support/world'

const day = 86_400_000
const held = () => createWorld({ env: { NAME_HELD_DAYS: '30', ACCESS_TOKEN_SECONDS: '9000000' } })

const rows = async () =>
  (await database.prepare('select hash, user_id from held_names').all()).results
const registerAs = async ({ call }: World, username: string) => {
  const json = { username, password: 'testpass' }
  const { status, body } = await call('POST', '/accounts/signup/', { json })
  return status === 201 ? 201 : [status, body]
}
const taken = [400, { error: 'Username already exists' }]

type Rename = (world: World, as: Person, username: string) => ReturnType<World['call']>
const doors: [string, Rename][] = [
  [
    'PATCH /users/user_details/ (D)',
    ({ call }, as, username) => call('PATCH', '/users/user_details/', { json: { username }, as }),
  ],
  [
    'POST /users/update/ (C)',
    ({ call }, as, username) => call('POST', '/users/update/', { json: { username }, as }),
  ],
]

describe('a name that was given up', () => {
  it('is free at once, and nothing is kept of it', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await doors[0]![1](world, alice, `${alice.username}-new`)
    expect(await registerAs(world, alice.username)).toBe(201)
    expect(await rows()).toEqual([])
  })

  it.each(doors)('at %s is held for others for so many days', async (_, rename) => {
    const world = held()
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const name = alice.username
    expect((await rename(world, alice, `${name}-new`)).status).toBe(200)
    expect(await registerAs(world, name)).toEqual(taken)
    expect(await registerAs(world, name.toUpperCase())).toEqual(taken)
    const refused = await rename(world, bob, name)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('A user with that username already exists.')
    world.clock.advance(30 * day)
    expect(await registerAs(world, name)).toBe(201)
  })

  it('is its bearer’s to take back', async () => {
    const world = held()
    const alice = await signUp(world, 'alice')
    const rename = doors[0]![1]
    expect((await rename(world, alice, `${alice.username}-new`)).status).toBe(200)
    expect((await rename(world, alice, alice.username)).status).toBe(200)
    expect(await registerAs(world, `${alice.username}-new`)).toEqual(taken)
  })

  it('by leaving is held too, tied to nobody, as an HMAC', async () => {
    const world = held()
    const alice = await signUp(world, 'alice')
    await doors[0]![1](world, alice, `${alice.username}-new`)
    await world.call('DELETE', '/users/delete_account/', { as: alice })
    expect(await registerAs(world, `${alice.username}-new`)).toEqual(taken)
    expect(await registerAs(world, alice.username)).toEqual(taken)
    const kept = await rows()
    expect(kept.filter(({ user_id }) => user_id === alice.id)).toEqual([])
    for (const { hash } of kept) expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is swept when its time is over', async () => {
    const world = held()
    expect((await rows()).length).toBeGreaterThan(0)
    world.clock.advance(400 * day)
    await world.run(sweep)
    expect(await rows()).toEqual([])
  })
})
