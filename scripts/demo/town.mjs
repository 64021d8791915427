// The demo's people as the seed acts for them: who is signed in, and how each came to be so.
import { callsTo, personOf } from './client.mjs'
import { avatar } from './pictures.mjs'

/** @typedef {ReturnType<typeof townAt>} Town */

const PARENTS = 3

/** @param {string} username */
export const passwordOf = (username) => `${username}-at-the-demo`

/** @param {string} origin */
export function townAt(origin) {
  /** @type {Map<string, import('./client.mjs').Person>} */
  const signedIn = new Map()
  return {
    origin,
    call: callsTo(origin),
    /**
     * @param {string} username
     * @param {string} access
     */
    enter: (username, access) => signedIn.set(username, personOf(username, access)),
    /** @param {string} username */
    person: (username) => {
      const found = signedIn.get(username)
      if (!found) throw new Error(`${username} is not signed in`)
      return found
    },
  }
}

/**
 * Signs somebody up through the contract that is theirs, and in where that can be done without a code.
 * @param {Town} town
 * @param {import('./world.mjs').Someone} someone
 */
export async function signUp({ call, enter, person }, someone) {
  const { username, born, bio } = someone
  const [first_name, last_name] = someone.name
  const password = passwordOf(username)
  const email = `${username}@example.org`
  const names = { first_name, last_name }
  if (someone.door === 'A') {
    const made = await call('POST', '/accounts/signup/', { json: { username, password } })
    enter(username, made.access)
    const json = { ...names, date_of_birth: born, bio }
    await call('PATCH', '/api/profile/update/', { as: person(username), json })
  } else if (someone.door === 'B') {
    const about = { ...names, date_of_birth: born, bio }
    const json = { username, email, password, password_confirm: password, ...about }
    enter(username, (await call('POST', '/api/register/', { json })).access)
  } else if (someone.door === 'C') {
    const json = { username, email, password1: password, password2: password }
    await call('POST', '/auth/registration/', { json })
  } else {
    const json = { username, email, password, ...names, groups: [PARENTS] }
    await call('POST', '/api/register/', { json })
    const made = await call('POST', '/api/token/', { json: { username, password } })
    enter(username, made.access)
  }
}

/**
 * @param {Town} town
 * @param {string} username
 */
export async function showAvatar({ call, person }, username) {
  const form = new FormData()
  const picture = new File([avatar(username)], `${username}.png`, { type: 'image/png' })
  form.set('profile_picture', picture)
  await call('PATCH', '/users/user_details/', { as: person(username), form })
}

/**
 * Account ids of all, also of who is not signed in.
 * @param {Town} town
 * @param {string} asker
 */
export async function idsOfAll({ call, person }, asker) {
  /** @type {{ id: string, username: string }[]} */
  const all = await call('GET', '/api/users/', { as: person(asker) })
  return new Map(all.map(({ id, username }) => [username, Number(id)]))
}
