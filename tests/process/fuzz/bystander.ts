// Somebody whom no request of the fuzz is from: what is theirs is the same afterwards.
import type { Call, Person } from './people'
import { signIn, signUp } from './people'

export type Bystander = { person: Person; friend: Person; conversation: number; plan: string }

/** Has contacts, a friend, a plan for friends with an answer, a conversation. */
export async function makeBystander(call: Call): Promise<Bystander> {
  const [person, friend] = [await signUp(call, 'bob'), await signUp(call, 'erin')]
  for (const first_name of ['Hanako', 'Taro']) {
    await call('POST', '/friends', { first_name, last_name: 'Y', note: 'a note' }, person)
  }
  await call('POST', '/users/add_friend', { friend_username: friend.username }, person)
  const { _id } = await call(
    'POST',
    '/api/plans/add',
    {
      title: 'A quiet evening',
      location: { name: 'At home', address1: '1 main st', city: 'B', state: 'MA', zipcode: '1' },
      end_time: '2027-09-28 15:00:00',
      visibility: 'friends',
    },
    person,
  )
  await call('POST', '/api/rsvp/add', { plan_id: _id }, friend)
  const started = await call('POST', '/conversations/start', { username: friend.username }, person)
  return { person, friend, conversation: started.conversation_id, plan: _id }
}

/** All that only the two of them can change, as they see it. */
export async function whatBystanderHas(call: Call, bystander: Bystander) {
  const { conversation, plan } = bystander
  const person = await signIn(call, bystander.person.username, bystander.person.password)
  const friend = await signIn(call, bystander.friend.username, bystander.friend.password)
  const read = (path: string, as = person) => call('GET', path, undefined, as)
  const friends = (await read('/users/friend_list')) as { username: string }[]
  return {
    contacts: await read('/friends'),
    profile: await read('/api/profile'),
    account: stable(await read('/users/profile')),
    plan: await read(`/api/plans/${plan}`),
    answers: await read(`/api/rsvp/plan/${plan}`),
    seenByFriend: await read(`/api/plans/${plan}`, friend),
    // Others may have come to be friends of theirs.
    friends: friends.filter(({ username }) => username === friend.username).map(stable),
    conversation: stable(await read(`/conversations/${conversation}`)),
  }
}

/** Without what moves by itself, and whom others have added: that is theirs to do. */
function stable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      /^(?:is_connected|last_login|last_seen|updated_at|friends|friends_count)$/.test(key)
        ? undefined
        : inner,
    ),
  )
}
