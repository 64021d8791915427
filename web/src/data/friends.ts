// What one does with people: asking, answering, grouping, ending, blocking.
import { kith } from './client'
import { conversationsKey } from './conversations'
import { blocksKey, friendsKey, type Labelled, type Relations, relationsKey } from './people'
import { change, invalidate } from './resource'

const peopleChanged = () =>
  invalidate(
    (key) =>
      key === relationsKey ||
      key === friendsKey ||
      key === blocksKey ||
      key === conversationsKey ||
      key.startsWith('person/'),
  )

/** Answers a friend request: shown at once. @throws `KithError` */
export async function answerRequest(requestId: string, action: 'accept' | 'reject'): Promise<void> {
  await change<Relations, unknown>({
    key: relationsKey,
    patch: (now) => ({
      ...now,
      incoming_requests: now.incoming_requests.filter((one) => one.request_id !== requestId),
    }),
    call: () =>
      kith.POST('/api/friends/respond/{id}', {
        params: { path: { id: requestId } },
        body: { action },
      }),
  })
  peopleChanged()
}

/** Asks somebody to be friends. @throws `KithError` */
export async function ask(id: number): Promise<void> {
  await kith.POST('/api/friends/request/{id}', { params: { path: { id: String(id) } } })
  peopleChanged()
}

/** Takes a request back, or ends a friendship: by its id in the list. @throws `KithError` */
export async function endRelation(requestId: string): Promise<void> {
  await kith.DELETE('/api/friends/remove/{id}', { params: { path: { id: requestId } } })
  peopleChanged()
}

/** Ends a friendship. @throws `KithError` */
export async function unfriend(id: number): Promise<void> {
  await kith.DELETE('/users/friends/delete/{id}', { params: { path: { id: String(id) } } })
  peopleChanged()
}

/** Puts a friend into a group: shown at once. @throws `KithError` */
export async function putInGroup(id: number, group: string): Promise<void> {
  await change<Labelled[], unknown>({
    key: friendsKey,
    patch: (all) => all.map((one) => (one.id === id ? { ...one, group } : one)),
    call: () =>
      kith.PATCH('/users/friends/group_update/{id}', {
        params: { path: { id: String(id) } },
        body: { group },
      }),
  })
  invalidate((key) => key === `person/${id}`)
}

/** Blocks somebody. @throws `KithError` */
export async function block(id: number): Promise<void> {
  await kith.POST('/users/blocks/{id}', { params: { path: { id: String(id) } } })
  peopleChanged()
}

/** Takes a block back. @throws `KithError` */
export async function unblock(id: number): Promise<void> {
  await kith.DELETE('/users/blocks/{id}', { params: { path: { id: String(id) } } })
  peopleChanged()
}
