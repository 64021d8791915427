// What happens while the app is open: one socket of one's own events a tab, and what each event changes.
import { signal } from '@preact/signals'
import type { components, PersonEvents } from 'kith-client'
import { kith } from './client'
import { conversationsKey, type ConversationItem } from './conversations'
import { endedElsewhere } from './device'
import { refreshCards, relationsKey, setPresence } from './people'
import { invalidate, putKnown } from './resource'

/** Whether the tab hears of what happens. */
export const isLive = signal(false)

let events: PersonEvents | null = null

/** Begins to listen; once a tab. */
export function goLive(): void {
  if (events) return
  const socket = (events = kith.events())
  let wasOpen = false
  socket.on('open', ({ isResumed }) => {
    // What was missed is told, unless that is too much.
    if (wasOpen && !isResumed) readAnew()
    isLive.value = wasOpen = true
  })
  socket.on('close', () => (isLive.value = false))
  socket.on('error', (error) => {
    isLive.value = false
    events = null
    if (error.code === 'signed_out') void endedElsewhere()
  })
  socket.on('message', ({ conversation_id: id, unread, message }) => {
    if (message) heard(id, message, unread)
    else invalidate((key) => key === conversationsKey)
  })
  socket.on('friend_request', () => requestsChanged())
  socket.on('friend_request_answered', () => requestsChanged())
  socket.on('presence', ({ user_id: id, username, is_connected: isConnected }) => {
    setPresence(id, isConnected)
    putKnown<ConversationItem[]>(conversationsKey, (all) =>
      all.map((one) =>
        one.other.username === username
          ? { ...one, other: { ...one.other, is_connected: isConnected } }
          : one,
      ),
    )
  })
  socket.on('rsvp', ({ plan_id: id }) => planChanged(id))
  socket.on('event', ({ data }) => {
    if (typeof data['plan_id'] === 'string') planChanged(data['plan_id'])
  })
}

function readAnew(): void {
  refreshCards()
  invalidate(() => true)
}

function requestsChanged(): void {
  invalidate((key) => key === relationsKey || key === 'friends' || key.startsWith('person/'))
  invalidate((key) => key === conversationsKey)
}

function planChanged(id: string): void {
  invalidate((key) => key === `plan/${id}` || key === `rsvps/${id}` || key.startsWith('plans'))
}

/** A message as the list of conversations shows one: it is the other one's, or nobody's. */
function shownMessage(
  message: Heard,
  { other }: ConversationItem,
): ConversationItem['last_message'] {
  const { id, text, sent_at: timestamp, sender, kind, files } = message
  const realSender = sender === null ? '' : other.username
  return { id, text, attachment: files[0]?.url ?? null, timestamp, sender, realSender, kind }
}

type Heard = components['schemas']['Message']

/** A conversation has something new: it is the first of the list. */
function heard(id: number, message: Heard, unread: number): void {
  let isKnown = false
  putKnown<ConversationItem[]>(conversationsKey, (all) => {
    const one = all.find((item) => item.conversation_id === id)
    if (!one) return all
    isKnown = true
    const first = { ...one, last_message: shownMessage(message, one), unread }
    return [first, ...all.filter((item) => item !== one)]
  })
  if (!isKnown) invalidate((key) => key === conversationsKey)
}
