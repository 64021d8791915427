// Two administrators who remove each other, or themselves, at the same moment: one always remains.
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { type Person, sessionOf, signUp } from '../support/people'
import { isLong } from '../support/long'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const removals: [string, (target: Person, as: Person) => ReturnType<typeof call>][] = [
  ['deletes', (target, as) => call('DELETE', `/users/${target.id}/`, { as })],
  ['deactivates', (target, as) => patch(target, { is_active: false }, as)],
  ['takes out of the group', (target, as) => patch(target, { groups: [] }, as)],
]

const patch = (target: Person, json: object, as: Person) =>
  call('PATCH', `/users/${target.id}/`, { json, as })

const rounds = isLong ? 25 : 10
let crew: [Person, Person]

beforeAll(async () => {
  crew = [await signUp(world, 'alice'), await signUp(world, 'bob')]
})

describe.each(removals)('one %s', (_name, first) => {
  it.each(removals)('while the other %s', async (_other, second) => {
    for (let round = 0; round < rounds; round++) {
      const [alice, bob] = await twoAdministrators()
      const pairs = round % 2 === 0 ? [bob, alice] : [alice, bob]
      // In even rounds each other, in odd ones themselves.
      const answers = await Promise.all([first(pairs[0]!, alice), second(pairs[1]!, bob)])
      const done = answers.filter(({ status }) => status < 300)
      expect([await administratorsLeft(), done.length]).toEqual([1, 1])
      const refused = answers.find(({ status }) => status >= 300)!
      expect([400, 401, 403, 404]).toContain(refused.status)
    }
  })
})

/** Two who are the only administrators, active and signed in, whatever the round before made of them. */
async function twoAdministrators(): Promise<[Person, Person]> {
  const [alice, bob] = crew
  const statements = ['delete from memberships']
  for (const person of crew) {
    const { id } = person
    statements.push(
      `update users set is_active = 1, left_at = null where id = ${id}`,
      `insert or replace into sessions (id, user_id, created_at, last_used_at, expires_at, user_agent)
        values ('${sessionOf(person)}', ${id}, ${world.clock.now}, ${world.clock.now}, 9e15, '')`,
      `insert into memberships (user_id, group_id) values (${id}, 1)`,
    )
  }
  await database.batch(statements.map((sql) => database.prepare(sql)))
  return [alice, bob]
}

async function administratorsLeft(): Promise<number> {
  const row = await database
    .prepare(
      `select count(*) as n from memberships join users on users.id = user_id
     where group_id = 1 and is_active = 1`,
    )
    .first<{ n: number }>()
  return row!.n
}
