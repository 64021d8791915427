// What a person who chats does in a month: the profile behind the price of one.
import { addBilled, type Billed, timesBilled } from './prices.ts'

/** Per day, but for the sign-ins. Change it to what your people do. */
export const profile = {
  days: 30,
  /** Sign-ins a month; between them the access token is renewed. */
  signIns: 4,
  /** Times a day that the app is opened: the token renewed, the lists loaded, sockets opened. */
  sessions: 6,
  /** Hours a day with both sockets open. */
  hours: 2,
  /** Messages that the person sends a day; each is received by one other. */
  messages: 40,
  /** Seconds between two pings of each socket. */
  pingEvery: 30,
}

/** What the app asks for each time that it is opened. */
export const openingCalls = [
  'GET /users/profile/',
  'GET /users/friend_list/',
  'GET /conversations/',
  'GET /conversations/<id>/',
  'GET /api/plans/',
]

/** What a month's doings are made of, each billed for one. */
export type Doings = {
  signIn: Billed
  refresh: Billed
  opening: Billed
  joinRoom: Billed
  joinOwn: Billed
  message: Billed
  openHour: Billed
  ping: Billed
}

/** What one person's month is billed for. */
export function personMonth(one: Doings): Billed {
  const { days, signIns, sessions, hours, messages, pingEvery } = profile
  // Both sockets ping.
  const pings = (2 * hours * 3600) / pingEvery
  const day = addBilled(
    timesBilled(one.refresh, sessions),
    timesBilled(one.opening, sessions),
    timesBilled(one.joinRoom, sessions),
    timesBilled(one.joinOwn, sessions),
    timesBilled(one.message, messages),
    timesBilled(one.openHour, hours),
    timesBilled(one.ping, pings),
  )
  return addBilled(timesBilled(day, days), timesBilled(one.signIn, signIns))
}
