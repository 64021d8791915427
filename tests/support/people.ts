// The people of the tests. Each test makes its own, under names that no other test uses.
import { claimsOf } from './golden'
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
  return { username, password, id, access: body.access, refresh: body.refresh }
}
