// The people of the fuzz: who sends hostile requests has one of most things, and comes back afresh when the
// requests have cost them their session, their password or their account.
import type { Memory } from './memory'
import type { Sender } from './requests'

export type Person = Sender & { id: string; refresh: string }

/** A JSON call as a well-behaved client makes it; fails where it is refused. */
export type Call = (method: string, path: string, json?: unknown, as?: Person) => Promise<any>

export function caller(origin: string): Call {
  return async (method, path, json, as) => {
    const answer = await fetch(origin + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(as ? { authorization: `Bearer ${as.access}` } : {}),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
}

let made = 0

export async function signUp(call: Call, name: string): Promise<Person> {
  const username = `${name}-${++made}`
  const password = `${name} has a password`
  await call('POST', '/accounts/signup', { username, password })
  return signIn(call, username, password)
}

/** By contract C, whose sign-in has all three tokens. */
export async function signIn(call: Call, username: string, password: string): Promise<Person> {
  const tokens = await call('POST', '/auth/login', { username, password })
  const { access_token: access, refresh_token: refresh, token_auth: opaque } = tokens
  const person = { username, password, access, refresh, opaque, id: '' } as Person
  const profile = await call('GET', '/users/profile', undefined, person)
  return { ...person, id: String(profile.id) }
}

const plan = {
  title: 'Game Night',
  description: 'Lots of fun',
  location: {
    name: 'At home',
    address1: '1 main st',
    city: 'Boston',
    state: 'MA',
    zipcode: '12345',
  },
  start_time: '2027-09-28 12:00:00',
  end_time: '2027-09-28 15:00:00',
}

/** Gives a person one of most things that there are; the memory learns all of it. */
export async function furnish(call: Call, memory: Memory, person: Person): Promise<void> {
  const learn = async (collection: string, answer: Promise<unknown>) => {
    const body = await answer
    memory.learn(collection, body)
    return body as any
  }
  const friend = await signUp(call, 'carol')
  const asker = await signUp(call, 'dan')
  memory.learn('/users', [person, friend, asker])
  for (const { id } of [asker, person, friend]) memory.learn('/users', { user_id: id })
  await learn(
    '/friends',
    call('POST', '/friends', { first_name: 'Hanako', last_name: 'Y' }, person),
  )
  await call('POST', '/users/add_friend', { friend_username: friend.username }, person)
  await call('POST', `/api/friends/request/${person.id}`, undefined, asker)
  const own = await learn('/api/plans', call('POST', '/api/plans/add', plan, person))
  const theirs = await learn('/api/plans', call('POST', '/api/plans/add', plan, friend))
  for (const [one, who] of [
    [own, friend],
    [theirs, person],
  ]) {
    await learn('/api/rsvp', call('POST', '/api/rsvp/add', { plan_id: one._id }, who))
  }
  await learn(
    '/api/plans',
    call('POST', `/api/plans/${own._id}/invite`, { user_ids: [friend.id] }, person),
  )
  await learn(
    '/conversations',
    call('POST', '/conversations/start', { username: friend.username }, person),
  )
  await learn('/api/calendar', call('POST', '/api/calendar', undefined, person))
}

/** Asks every list of the document that takes no ids, for the memory. */
export async function lookAround(call: Call, memory: Memory, lists: string[], person: Person) {
  for (const path of lists) {
    // Some lists want a parameter: they are not needed here.
    const body = await call('GET', path, undefined, person).catch(() => null)
    memory.learn(path, body)
  }
}
