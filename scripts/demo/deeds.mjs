// What the demo's people do with each other: ask, label, plan, talk.
import { openChat } from './client.mjs'
import { sunset } from './pictures.mjs'

/** @typedef {import('./town.mjs').Town} Town */

const hour = 3_600_000
const quarter = hour / 4

/**
 * Asks somebody to be friends, through one contract or another, and has them answer.
 * @param {Town} town
 * @param {Map<string, number>} ids
 * @param {{ by: 'B' | 'C' | 'D', from: string, to: string, answer: 'accept' | 'reject' | null }} asked
 */
export async function ask({ call, person }, ids, { by, from, to, answer }) {
  const [asker, id] = [person(from), ids.get(to)]
  if (by === 'C') {
    // Friends at once: there is nothing to answer.
    await call('POST', '/users/add_friend/', { as: asker, json: { friend_username: to } })
  } else if (by === 'B') {
    const made = await call('POST', `/api/friends/request/${id}/`, { as: asker })
    if (answer === null) return
    const path = `/api/friends/respond/${made.id}/`
    await call('POST', path, { as: person(to), json: { action: answer } })
  } else {
    await call('POST', '/users/friends/request/', { as: asker, json: { id } })
    if (answer === null) return
    const as = person(to)
    const { payload } = await call('GET', '/users/friends/received_requests/', { as })
    const request = payload.pending.find((/** @type {any} */ one) => one.from_user.id === asker.id)
    const path = `/users/friends/respond/${request.id}/`
    await call('POST', path, { as, json: { response: answer } })
  }
}

/**
 * Puts a friend into a group of one's own.
 * @param {Town} town
 * @param {string} from
 * @param {string} to
 * @param {string | undefined} group
 */
export async function label({ call, person }, from, to, group) {
  if (group === undefined || group === 'Default') return
  const path = `/users/friends/group_update/${person(to).id}/`
  await call('PATCH', path, { as: person(from), json: { group } })
}

/**
 * Makes a plan, invites, and answers it.
 * @param {Town} town
 * @param {(typeof import('./world.mjs').plans)[number]} plan
 */
export async function plan({ call, person }, { by, startsIn, lasts, fields, invited, rsvps }) {
  const start = Math.round((Date.now() + startsIn * hour) / quarter) * quarter
  const times = { start_time: isoTime(start), end_time: isoTime(start + lasts * hour) }
  const as = person(by)
  const { id } = await call('POST', '/api/plans/add/', { as, json: { ...fields, ...times } })
  if (invited) await call('POST', `/api/plans/${id}/invite/`, { as, json: { usernames: invited } })
  for (const { from, status, guests = 0 } of rsvps) {
    const json = { plan_id: id, status, guests }
    // One after the other: who comes first has the place.
    // oxlint-disable-next-line no-await-in-loop
    await call('POST', '/api/rsvp/add/', { as: person(from), json })
  }
}

/** @param {number} time */
const isoTime = (time) => new Date(time).toISOString().replace('.000Z', 'Z')

/**
 * Says the lines of a conversation over two live sockets, and reads what is to be read of it.
 * @param {Town} town
 * @param {(typeof import('./world.mjs').conversations)[number]} conversation
 */
export async function talk(town, { pair, lines, unread = {} }) {
  const [first, second] = pair
  const as = town.person(first)
  const started = await town.call('POST', '/conversations/start/', {
    as,
    json: { username: second },
  })
  /** @param {string} username */
  async function join(username) {
    const { ticket } = await town.call('POST', '/ws/ticket/', { as: town.person(username) })
    return openChat(town.origin, started.conversation_id, ticket)
  }
  const [one, two] = await Promise.all([join(first), join(second)])
  for (const [place, { from, text, picture }] of lines.entries()) {
    const socket = from === first ? one : two
    const client_id = `demo-${place}`
    const attachment = { data: sunset().toString('base64'), format: 'png' }
    const acknowledged = socket.next((frame) => frame.client_id === client_id)
    socket.send({ message: text, client_id, ...(picture ? { attachment } : {}) })
    // oxlint-disable-next-line no-await-in-loop
    await acknowledged
  }
  // The other side is told of the mark: that is its acknowledgement.
  const told = [one, two].map((socket) => socket.next((frame) => frame.type === 'read'))
  one.send({ type: 'read', id: lines.length - (unread[first] ?? 0) })
  two.send({ type: 'read', id: lines.length - (unread[second] ?? 0) })
  await Promise.all(told)
  one.close()
  two.close()
}

/**
 * Reads the oldest of somebody's notifications and leaves the newest as they came.
 * @param {Town} town
 * @param {string} username
 * @param {number} left
 */
export async function look({ call, person }, username, left) {
  const as = person(username)
  const lines = await call('GET', '/api/notifications/', { as })
  const up_to = lines[left]?.position ?? 0
  await call('POST', '/api/notifications/read/', { as, json: { up_to } })
}
