// What each contract shows of two people's friendship, for tests that compare the views.
import type { Person } from './people'
import type { World } from './world'

/** How one person sees the other. */
export type Seen = 'friend' | 'incoming' | 'outgoing' | 'nothing'

type Named = { id: number | string; username: string }

/** B's list as `viewer` reads it: what it says of `other`. */
export async function seenByB(world: World, viewer: Person, other: Person): Promise<Seen> {
  const { body } = await world.call('GET', '/api/friends/', { as: viewer })
  const has = (list: Named[]) => list.some(({ id }) => id === String(other.id))
  return oneOf(has(body.friends), has(body.incoming_requests), has(body.outgoing_requests))
}

/** C's list, which knows of no requests. */
export async function seenByC(world: World, viewer: Person, other: Person) {
  const { body } = await world.call('GET', '/users/friend_list/', { as: viewer })
  const isFriend = body.some(({ username }: Named) => username === other.username)
  return isFriend ? 'friend' : 'no friend'
}

/** D's lists of requests, and whether a label can be given, which is given to friends alone. */
export async function seenByD(world: World, viewer: Person, other: Person): Promise<Seen> {
  const received = await world.call('GET', '/users/friends/received_requests/', { as: viewer })
  const sent = await world.call('GET', '/users/friends/sent_requests/', { as: viewer })
  const label = await world.call('PATCH', `/users/friends/group_update/${other.id}/`, {
    json: { group: 'Default' },
    as: viewer,
  })
  const isOther = ({ id }: Named) => id === other.id
  return oneOf(
    label.status === 200,
    received.body.payload.pending.some(({ from_user }: any) => isOther(from_user)),
    sent.body.payload.pending.some(({ to_user }: any) => isOther(to_user)),
  )
}

function oneOf(friend: boolean, incoming: boolean, outgoing: boolean): Seen {
  const all = { friend, incoming, outgoing }
  const seen = (Object.keys(all) as Seen[]).filter((key) => all[key as keyof typeof all])
  if (seen.length > 1) throw new Error(`seen as ${seen.join(' and ')} at once`)
  return seen[0] ?? 'nothing'
}
