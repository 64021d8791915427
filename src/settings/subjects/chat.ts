// Live chat: how fast, how many sockets, how long it is kept.
import type { Setting } from './setting'

/** The settings of this subject by their names. */
export const chat = {
  LIMIT_CHAT_MESSAGES: {
    fallback: '20/5',
    about: 'new messages of one person in one conversation',
  },
  LIMIT_FRAMES: {
    fallback: '60/1',
    about: 'frames of one socket in a conversation; more are dropped',
  },
  LIMIT_BAD_FRAMES: { fallback: '30/10', about: 'malformed frames of one socket; more close it' },
  SOCKETS_PER_PERSON: { fallback: '20', about: 'live sockets of one account' },
  DELETED_KEPT_DAYS: {
    fallback: '30',
    about: 'how long a conversation is kept that both of its people have left',
  },
} as const satisfies Record<string, Setting>
