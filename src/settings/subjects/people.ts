// What an account may do, and how much it may have.
import { choice, type Setting } from './setting'

/** The settings of this subject by their names. */
export const people = {
  INSTANT_FRIENDS: choice(['on', 'off'], "`off` turns C's `add_friend` into a request"),
  LIMIT_FRIENDS_ASKED: {
    fallback: '60/3600',
    about: 'friend requests that an account makes, instant friends too',
  },
  LIMIT_CONVERSATIONS_STARTED: { fallback: '100/86400', about: 'conversations that it starts' },
  LIMIT_PLANS: { fallback: '60/86400', about: 'plans that it makes' },
  LIMIT_CONTACTS: { fallback: '500/3600', about: 'contacts that it writes down' },
  LIMIT_INVITATIONS: { fallback: '1000/86400', about: 'people whom it invites to plans' },
  LIMIT_RSVPS: { fallback: '120/3600', about: 'answers to plans that it gives and changes' },
  LIMIT_TICKETS: { fallback: '120/3600', about: 'tickets for sockets that it asks for' },
  LIMIT_UPLOADS: {
    fallback: '100/86400',
    about: 'pictures that it uploads, avatars and those in chats',
  },
  LIMIT_EXPORTS: { fallback: '20/86400', about: 'downloads of all that is held about it' },
  LIMIT_RENAMES: {
    fallback: '10/86400',
    about: 'other usernames that it takes (each is held, with `NAME_HELD_DAYS`)',
  },
  LIMIT_SEARCHES: {
    fallback: '120/60',
    about: 'searches of its for a name or among its friends (D)',
  },
  CONTACTS_MAX: { fallback: '5000', about: 'contacts that an account may have' },
  FILES_QUOTA_BYTES: {
    fallback: '209715200',
    about: 'bytes of pictures that it may have, all together',
  },
  TEXT_QUOTA_BYTES: {
    fallback: '20971520',
    about: 'bytes of text that its contacts, plans and bio may have together',
  },
} as const satisfies Record<string, Setting>
