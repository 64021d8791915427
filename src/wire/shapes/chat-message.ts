// A message of a conversation as contract C's clients read one, in histories, lists and live frames.
import * as z from 'zod'
import type { Message } from '../../domain/chat'
import { chatPicturePath } from './media-paths'
import { timeText } from './common'
import { isoTime } from './times'

/** A message of a conversation. */
export const ChatMessage = z
  .object({
    id: z.int().meta({ description: 'Counts 1, 2, 3 … within the conversation.' }),
    text: z.string(),
    attachment: z.string().nullable().meta({ description: 'A picture: its path on this host.' }),
    timestamp: timeText,
    sender: z.int().nullable().meta({
      description: 'The id of an account; null where the room itself says it.',
    }),
    realSender: z.string().meta({
      description: 'The sender’s username; empty where the room itself says it.',
    }),
    kind: z.enum(['text', 'system']),
  })
  .meta({ id: 'ChatMessage' })

/** A message in a history or a list; its live frame has the sender's `client_id` beside it. */
export function chatMessageView(message: Message): z.output<typeof ChatMessage> {
  return {
    id: message.id,
    text: message.text,
    attachment: message.attachment === null ? null : chatPicturePath(message.attachment),
    timestamp: isoTime(message.sentAt),
    sender: message.senderId || null,
    realSender: message.senderName,
    kind: message.kind,
  }
}
