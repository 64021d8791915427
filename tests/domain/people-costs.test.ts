// What lists and searches of people cost: one round trip, and rows that grow with the page, not with the
// number of accounts.
import { beforeAll, describe, expect, it } from 'vitest'
import { growTo } from '../support/crowd-of-accounts'
import { type Person, signUp } from '../support/people'
import { befriend, join } from '../support/relations'
import { type Answer, createWorld } from '../support/world'

const world = createWorld()

/** What is asked, and how many people it answers with. */
const questions: [path: string, people: number][] = [
  ['/users/user_list/', 500],
  ['/users/user_list/?limit=50&cursor=crowd-5', 50],
  // Behind it stand the names of all who have left.
  ['/users/user_list/?limit=50&cursor=ddd', 0],
  ['/api/users/', 500],
  ['/api/users/?limit=50&cursor=400', 50],
  ['/users', 500],
  ['/users?limit=50&cursor=600', 50],
  ['/api/users/501/', 1],
  ['/users/501/', 1],
  ['/users/user_info/501/', 1],
  ['/users/search_users/?username=CROWD-501', 1],
  ['/users/search_friends/', 3],
  // Half of everybody, and all friends, have such a name.
  ['/users/search_friends/?prefix=c', 3],
  ['/users/search_friends/?prefix=crowd-502', 1],
  ['/users/search_friends/?prefix=%25', 0],
  ['/users/user_details/', 1],
  ['/api/profile/', 1],
  ['/groups', 3],
]

describe('with 1,000 and with 20,000 accounts', () => {
  let alice: Person
  let small: Record<string, Cost>
  let large: Record<string, Cost>

  beforeAll(async () => {
    alice = await signUp(world, 'alice')
    await join(alice, 'Staff')
    await growTo(1000)
    for (const id of [501, 502, 503]) await befriend(alice, { id })
    small = await ask(alice)
    await growTo(20_000)
    large = await ask(alice)
  }, 60_000)

  it.each(questions)('%s reads as many rows, in one round trip', (path, people) => {
    for (const cost of [small[path]!, large[path]!]) {
      expect(cost).toMatchObject({ status: 200, people, trips: 1 })
    }
    expect(large[path]!.rowsRead).toBeLessThanOrEqual(small[path]!.rowsRead + 20)
  })

  it.each(questions)('%s reads in proportion to what it answers', (path, people) => {
    // A person of the crowd has six friends, each of whom is looked at three times, and is weighed once.
    expect(large[path]!.rowsRead).toBeLessThanOrEqual(21 * (people + 1))
  })
})

type Cost = { status: number; people: number; trips: number; rowsRead: number }

async function ask(person: Person): Promise<Record<string, Cost>> {
  const costs: Record<string, Cost> = {}
  for (const [path] of questions) {
    let answer: Answer | undefined
    const { trips, rowsRead } = await world.cost(async () => {
      answer = await world.call('GET', path, { as: person })
    })
    const { status, body } = answer!
    const people: unknown = body.payload?.friends ?? body
    costs[path] = { status, people: Array.isArray(people) ? people.length : 1, trips, rowsRead }
  }
  return costs
}
