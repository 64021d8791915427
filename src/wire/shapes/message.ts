// A message as clients read it that are of no older contract: so far in the frames of a resuming own socket.
import * as z from 'zod'
import type { StoredMessage } from '../../domain/base/context'
import { timeText } from './common'
import { chatPicturePath } from './media-paths'
import { isoTime } from './times'

/** A file of a message. An old picture has an address alone. */
const MessageFile = z
  .object({
    id: z.string().nullable(),
    name: z.string().nullable(),
    type: z.string().nullable(),
    size: z.int().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    url: z.string(),
  })
  .meta({ id: 'MessageFile' })

const Quote = z
  .object({ id: z.int(), sender: z.int().nullable(), text: z.string() })
  .meta({ id: 'MessageQuote' })

const Reaction = z
  .object({ emoji: z.string(), count: z.int(), mine: z.boolean() })
  .meta({ id: 'MessageReaction' })

/** A message. */
export const Message = z
  .object({
    id: z.int(),
    seq: z.int(),
    kind: z.enum(['text', 'system']),
    sender: z.int().nullable().meta({ description: 'Null where the room itself says it.' }),
    text: z.string(),
    client_id: z.string().nullable(),
    sent_at: timeText,
    mentions: z.array(z.int()),
    mention_all: z.boolean(),
    event: z.looseObject({ code: z.string() }).nullable(),
    reply_to: Quote.nullable(),
    reactions: z.array(Reaction),
    edited_at: timeText.nullable(),
    deleted_at: timeText.nullable(),
    deleted_by: z.union([z.int(), z.string()]).nullable(),
    expires_at: timeText.nullable(),
    files: z.array(MessageFile),
  })
  .meta({ id: 'Message' })

const bare = { id: null, name: null, type: null, size: null, width: null, height: null }

/** A stored message; what a message cannot have yet is empty. */
export function messageView(message: StoredMessage): z.output<typeof Message> {
  const { id, kind, senderId, text, clientId, sentAt, attachment } = message
  return {
    id,
    seq: id,
    kind,
    sender: senderId || null,
    text,
    client_id: clientId,
    sent_at: isoTime(sentAt),
    mentions: [],
    mention_all: false,
    event: null,
    reply_to: null,
    reactions: [],
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
    expires_at: null,
    files: attachment === null ? [] : [{ ...bare, url: chatPicturePath(attachment) }],
  }
}
