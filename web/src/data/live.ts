// What happens while the app is open: one socket of one's own events a tab, and what each event changes.
import { signal } from '@preact/signals'
import type { PersonEvents } from 'kith-client'
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
  socket.on('open', () => {
    // Nothing is kept for who was not there: what is shown is read anew.
    if (wasOpen) readAnew()
    isLive.value = wasOpen = true
  })
  socket.on('close', () => (isLive.value = false))
  socket.on('error', (error) => {
    isLive.value = false
    events = null
    if (error.code === 'signed_out') void endedElsewhere()
  })
  socket.on('message', ({ conversation_id: id, unread, message }) => {
    heard(id, { last_message: message, unread })
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
  socket.on('rsvp', ({ plan_id: id }) => {
    invalidate((key) => key === `plan/${id}` || key === `rsvps/${id}` || key.startsWith('plans'))
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

/** A conversation has something new: it is the first of the list. */
function heard(id: number, news: Pick<ConversationItem, 'last_message' | 'unread'>): void {
  let isKnown = false
  putKnown<ConversationItem[]>(conversationsKey, (all) => {
    const one = all.find((item) => item.conversation_id === id)
    if (!one) return all
    isKnown = true
    return [{ ...one, ...news }, ...all.filter((item) => item !== one)]
  })
  if (!isKnown) invalidate((key) => key === conversationsKey)
}
