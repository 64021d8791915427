// The people of the tests. Each test makes its own, under names that no other test uses.
import { database } from './database'
import { claimsOf } from './golden'
import { notePerson } from './object-names'
import type { World } from './world'

export type Person = {
  username: string
  password: string
  id: number
  access: string
  refresh: string
}

let made = 0

/** Signs somebody up through contract A: `alice` becomes `alice-17`. */
export async function signUp(world: World, name: string): Promise<Person> {
  const username = `${name}-${++made}`
  const password = `${name} has a password`
  const { status, body, text } = await world.call('POST', '/accounts/signup/', {
    json: { username, password },
  })
  if (status !== 201) throw new Error(`sign-up of ${username} answered ${status}: ${text}`)
  const id = claimsOf(body.access)['user_id'] as number
  await notePerson(id)
  return { username, password, id, access: body.access, refresh: body.refresh }
}

/** Another session of somebody: what a second device holds. */
export async function signInAgain(world: World, person: Person): Promise<Person> {
  const { username, password } = person
  const { status, body, text } = await world.call('POST', '/accounts/login/', {
    json: { username, password },
  })
  if (status !== 200) throw new Error(`sign-in of ${username} answered ${status}: ${text}`)
  return { ...person, access: body.access, refresh: body.refresh }
}

/** The id of a person's session. */
export function sessionOf(person: Person): string {
  return claimsOf(person.access)['sid'] as string
}

/** Switches an account off or on, as an administrator does. */
export async function setActive(person: Person, isActive: boolean): Promise<void> {
  await database
    .prepare('update users set is_active = ? where id = ?')
    .bind(isActive ? 1 : 0, person.id)
    .run()
}

/** Makes it so that an own socket of each may be open: only then are their objects called. */
export async function listening(...people: Pick<Person, 'id'>[]): Promise<void> {
  await database
    .prepare('update users set listens_until = 9e15 where id in (select value from json_each(?))')
    .bind(JSON.stringify(people.map(({ id }) => id)))
    .run()
}
