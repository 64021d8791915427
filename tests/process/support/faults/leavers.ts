// People who come, get one of most things, and delete their account: everything of the inventory goes, or
// nothing does.
import { png } from '../../../support/pictures'
import { Ledger } from './ledger'
import type { Account } from './service'
import type { Storage } from './storage'
import { type Stage, type Writer } from './writer'

/** By what it is: how much of it an account has. */
const inventory: Record<string, string> = {
  contacts: 'from contacts where owner_id = ?1',
  friendships: 'from friendships where ?1 in (user_id, friend_id)',
  requests: 'from friend_requests where ?1 in (sender_id, receiver_id)',
  labels: 'from friend_labels where user_id = ?1',
  blocks: 'from blocks where ?1 in (blocker_id, blocked_id)',
  plans: 'from plans where creator_id = ?1',
  rsvps: 'from rsvps where user_id = ?1',
  rsvpsOfOthers: 'from rsvps join plans on plans.id = plan_id where creator_id = ?1',
  calendar: 'from calendar_feeds where user_id = ?1',
  sessions: 'from sessions where user_id = ?1',
  refreshTokens: `from refresh_tokens where session_id in (select id from sessions where user_id = ?1)`,
  familiar: 'from familiar where user_id = ?1',
  pictures: `from media where owner_id = ?1 and kind = 'avatar'`,
}

/** What each is given, in words of the inventory. */
const all = {
  contacts: 1,
  friendships: 2,
  requests: 1,
  labels: 1,
  blocks: 1,
  plans: 1,
  rsvps: 1,
  rsvpsOfOthers: 1,
  calendar: 1,
  sessions: 1,
  refreshTokens: 1,
  familiar: 1,
  pictures: 1,
}

/** Beside those who leave: a friend who stays, and somebody to block. */
export async function leaverWriter(stage: Stage): Promise<Writer> {
  const { service, one: friend, other: stranger } = stage
  const ledger = new Ledger()
  const ids = new Map<string, number>()
  const avatars = new Map<string, string>()
  let made = 0
  let isLeaving = false
  const location = { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '12345' }
  const plan = { title: 'Game Night', location, end_time: '2099-09-28 15:00:00' }
  const open = await service.call('POST', '/api/plans/add/', {
    json: plan,
    as: friend,
    expect: [201],
  })

  async function furnish(as: Account) {
    const to = async (method: string, path: string, more: object = {}, who = as) =>
      (await service.call(method, path, { as: who, expect: [200, 201], ...more })).body
    await to('POST', '/friends/', { json: { first_name: 'Hanako', last_name: 'Sato' } })
    await to('POST', '/users/add_friend/', { json: { friend_username: friend.username } })
    await to('PATCH', `/users/friends/group_update/${friend.id}`, { json: { group: 'Choir' } })
    await to('POST', `/users/blocks/${stranger.id}/`)
    const own = await to('POST', '/api/plans/add/', { json: plan })
    await to('POST', '/api/rsvp/add/', { json: { plan_id: own._id } }, friend)
    await to('POST', '/api/rsvp/add/', { json: { plan_id: open.body._id } })
    await to('POST', '/api/calendar/')
    const form = new FormData()
    form.append('avatar', new File([png()], 'me.png'))
    const { avatar } = await to('POST', '/users/update/', { form })
    avatars.set(as.username, avatar.slice('/media/'.length))
  }

  return {
    name: 'leavers',
    // Each a whole life.
    stepsAtLeast: 1,
    ledger,
    async step() {
      const person = await service.signUp(`leaver-${++made}`)
      ids.set(person.username, person.id)
      await furnish(person)
      const { username } = person
      // Not before all of it is there: who is half furnished is only swept along by the invariants.
      await ledger.change(username, JSON.stringify(all), async () => {})
      isLeaving = true
      const request = { as: person, expect: [200] }
      await ledger
        .change(username, null, () => service.call('DELETE', '/users/delete_account/', request))
        .finally(() => (isLeaving = false))
    },
    isOnTheBrink: () => isLeaving,
    look(storage) {
      const known = ledger.entries.map(([username]) => username)
      const states = [...ids]
        .filter(([username]) => known.includes(username) || ledger.isOpen(username))
        .map(([username, id]) => [username, stateOf(storage, id)] as const)
      return new Map(states.filter((entry): entry is [string, string] => entry[1] !== null))
    },
    check(storage) {
      return [...ids].flatMap(([username, id]) => {
        const { isThere, ...left } = holdings(storage, id)
        const rest = Object.values(left).some((count) => count > 0)
        return !isThere && rest ? [`of ${username} is left: ${JSON.stringify(left)}`] : []
      })
    },
    atRest({ files, rows }) {
      const isGone = (id: number) =>
        rows('select left_at from users where id = ?', id).at(0)?.['left_at']
      return [...avatars]
        .filter(([username, key]) => isGone(ids.get(username)!) && files.includes(key))
        .map(([username]) => `the avatar of ${username} is still in the bucket`)
    },
  }
}

function holdings({ rows }: Storage, id: number): Record<string, number> {
  const counts = Object.entries(inventory).map(
    ([name, from]) => `(select count(*) ${from}) as ${name}`,
  )
  const isThere = '(select count(*) from users where id = ?1 and left_at is null) as isThere'
  return rows(`select ${isThere}, ${counts.join(', ')}`, id).at(0)!
}

/** What is there of somebody, or null. */
function stateOf(storage: Storage, id: number): string | null {
  const { isThere, ...left } = holdings(storage, id)
  return isThere ? JSON.stringify(left) : null
}
