// What two people are to each other, through every door: asked, taken back, answered, added, ended, blocked.
import { Ledger } from './ledger'
import type { Account, Answer } from './service'
import { type Stage, type Writer } from './writer'

/** Seen from the first of the two; null is that there is nothing. */
type Relation = 'asks' | 'is asked' | 'friends' | 'blocks' | 'is blocked'

export function friendWriter({ service, random, one, other }: Stage): Writer {
  const ledger = new Ledger()
  const key = `${one.username} and ${other.username}`
  /** Once something was turned down, adding may only ask; by whom, a call without an answer does not tell. */
  let isRefused = false

  type Verb = [to: Relation | null, request: () => Promise<Answer>]
  const verb = (
    to: Relation | null,
    method: string,
    path: string,
    as: Account,
    json?: object,
  ): Verb => [
    to,
    () => service.call(method, path, { as, ...(json ? { json } : {}), expect: [200, 201, 204] }),
  ]

  /** The verbs of `me` towards `you`; `mine` is a relation as the first of the two would say it. */
  function verbs(me: Account, you: Account, isSwapped: boolean) {
    const mine = (relation: Relation): Relation => (isSwapped ? swapped[relation] : relation)
    const named = { friend_username: you.username }
    return {
      ask: [
        verb(mine('asks'), 'POST', `/api/friends/request/${you.id}/`, me),
        verb(mine('asks'), 'POST', '/users/friends/request', me, { id: you.id }),
      ],
      cross: [
        verb('friends', 'POST', `/api/friends/request/${you.id}/`, me),
        verb('friends', 'POST', '/users/friends/request', me, { id: you.id }),
      ],
      add: [verb('friends', 'POST', '/users/add_friend/', me, named)],
      takeBack: [verb(null, 'DELETE', `/api/friends/remove/${you.id}/`, me)],
      end: [
        verb(null, 'DELETE', `/api/friends/remove/${you.id}/`, me),
        verb(null, 'DELETE', `/users/friends/delete/${you.id}`, me),
        verb(null, 'POST', '/users/remove_friend/', me, named),
      ],
      block: [verb(mine('blocks'), 'POST', `/users/blocks/${you.id}/`, me)],
      unblock: [verb(null, 'DELETE', `/users/blocks/${you.id}/`, me)],
    }
  }

  async function answers(me: Account): Promise<Verb[]> {
    const { body } = await service.call('GET', '/api/friends/', { as: me, expect: [200] })
    const request = (body.incoming_requests as { request_id: string }[]).at(0)!
    const [b, d] = [
      `/api/friends/respond/${request.request_id}/`,
      `/users/friends/respond/${request.request_id}`,
    ]
    return [
      verb('friends', 'POST', b, me, { action: 'accept' }),
      verb(null, 'POST', b, me, { action: 'reject' }),
      verb('friends', 'POST', d, me, { response: 'accept' }),
      verb(null, 'POST', d, me, { response: 'reject' }),
    ]
  }

  async function possible(): Promise<Verb[]> {
    const relation = ledger.get(key) as Relation | null
    const [first, second] = [verbs(one, other, false), verbs(other, one, true)]
    const [my, your] = random.chance(0.5) ? [first, second] : [second, first]
    switch (relation) {
      case null:
        return [...my.ask, ...my.ask, ...(isRefused ? [] : my.add), ...my.block]
      case 'asks':
        return [
          ...first.takeBack,
          ...second.cross,
          ...second.add,
          ...(await answers(other)),
          ...my.block,
        ]
      case 'is asked':
        return [
          ...second.takeBack,
          ...first.cross,
          ...first.add,
          ...(await answers(one)),
          ...your.block,
        ]
      case 'friends':
        return [...my.end, ...my.block]
      case 'blocks':
        return first.unblock
      case 'is blocked':
        return second.unblock
    }
  }

  return {
    name: `friends ${one.username}`,
    ledger,
    async step() {
      const [to, request] = random.pick(await possible())
      isRefused ||= to === null
      await ledger.change(key, to, request)
    },
    look({ rows }) {
      const relations = rows(
        `select case sender_id when ?1 then 'asks' else 'is asked' end as relation
            from friend_requests where status = 'pending'
              and sender_id in (?1, ?2) and receiver_id in (?1, ?2)
          union all select distinct 'friends' from friendships
            where user_id in (?1, ?2) and friend_id in (?1, ?2)
          union all select case blocker_id when ?1 then 'blocks' else 'is blocked' end
            from blocks where blocker_id in (?1, ?2) and blocked_id in (?1, ?2)`,
        one.id,
        other.id,
      ).map(({ relation }) => relation as string)
      return new Map(relations.length === 0 ? [] : [[key, relations.join(' and ')]])
    },
  }
}

const swapped: Record<Relation, Relation> = {
  asks: 'is asked',
  'is asked': 'asks',
  friends: 'friends',
  blocks: 'is blocked',
  'is blocked': 'blocks',
}
