// A message: its picture is stored before it, it is stored with its group, and told to everybody then.
import { badField, frameErrors, type FrameError } from '../../wire/errors/frame-errors'
import { clientIdField, MessageIn } from '../../wire/shapes/frames'
import type { Connection } from './connections'
import { feedLag } from './feed'
import { errorFrame, messageFrame } from './frames'
import type { Outcome, Waiting } from './log'
import { type NoPicture, storePicture } from './pictures'
import type { Fields, FrameKind, Refused, Room } from './kind'

/** A message as it was sent, before anything was stored. */
export type MessageAsked = {
  kind: 'message'
  text: string
  clientId: string | null
  picture: Uint8Array | null
}

/** The kind of whatever has a `message`. */
export const message: FrameKind<MessageAsked, Waiting, never> = {
  name: 'message',
  // C's own web client calls a message `chat_message`: what has a `message` is one.
  owns: (type, frame) =>
    type === undefined || type === 'message' || Object.hasOwn(frame, 'message'),
  read(frame) {
    const parsed = MessageIn.safeParse(frame)
    if (!parsed.success) return refused(badField(parsed.error, true), frame)
    const { message: text, client_id: clientId = null, attachment = null } = parsed.data
    if (attachment === null) return { kind: 'message', text, clientId, picture: null }
    const picture = pictureOf(attachment)
    if (!picture) return refused(frameErrors.noAttachment, frame)
    return { kind: 'message', text, clientId, picture }
  },
  isSlow: ({ picture }) => picture !== null,
  async prepare(room, connection, { text, clientId, picture }) {
    if (picture === null) return null
    const waiting = { connection, text, clientId, attachment: null }
    const known = room.log.refusalOf(waiting)
    if (known) return answer(room, waiting, known)
    const place = { ownerId: connection.admission.userId, conversationId: room.conversationId() }
    const stored = await storePicture(room.context(), place, picture)
    if ('refused' in stored) return refuse(room, waiting, stored)
    if (room.connections.has(connection)) return { ...waiting, attachment: stored.key }
    room.discard(stored.key)
    return null
  },
  decide: (_room, connection, { text, clientId }) => ({
    connection,
    text,
    clientId,
    attachment: null,
  }),
  // Told when its group is stored.
  store(room, _by, waiting) {
    room.commits.submit(waiting)
    return null
  },
  tell() {},
}

function refuse(
  room: Room,
  { connection, clientId }: Waiting,
  { refused: error, isBad }: NoPicture,
) {
  if (isBad) room.refuse(connection, error, clientId)
  else room.connections.send(connection, errorFrame(error, clientId))
  return null
}

/** Stored, then sent: one synchronous step, and the output gate holds the frames until it is on disk. */
export function commitMessages(room: Room, group: readonly Waiting[]): void {
  const dueAt = room.context().now() + feedLag
  const outcomes = room.log.store(group, dueAt)
  for (const [waiting, outcome] of outcomes) tellOutcome(room, waiting, outcome)
  if (outcomes.some(([, { kind }]) => kind === 'new')) room.wake(dueAt)
}

function tellOutcome(room: Room, waiting: Waiting, outcome: Outcome): void {
  if (outcome.kind === 'new') {
    return room.connections.broadcast(messageFrame(outcome.message, nameOfSender(waiting)))
  }
  answer(room, waiting, outcome)
  if (waiting.attachment !== null) room.discard(waiting.attachment)
}

function answer(room: Room, waiting: Waiting, outcome: Exclude<Outcome, { kind: 'new' }>): null {
  const { connection, clientId } = waiting
  if (outcome.kind === 'refused') {
    room.connections.send(connection, errorFrame(outcome.error, clientId, outcome.retryAfter))
    return null
  }
  // Its turn in a replay is still to come.
  if (isToBeReplayed(connection, outcome.message.id)) return null
  room.connections.send(connection, messageFrame(outcome.message, nameOfSender(waiting)))
  return null
}

const isToBeReplayed = ({ next }: Connection, id: number) => next !== null && id >= next

const nameOfSender = ({ connection }: Waiting) => connection.admission.username

/** Why a frame is not taken, with the name that its sender gave it. */
export function refused(error: FrameError, frame: Fields = {}): Refused {
  const given = clientIdField.safeParse(frame['client_id'])
  return { kind: 'refused', ...error, clientId: (given.success && given.data) || null }
}

/** The bytes of an attachment, also out of a data URL. Its format is judged by its content. */
function pictureOf(attachment: unknown): Uint8Array | null {
  const { data, format } = (attachment ?? {}) as Fields
  if (typeof data !== 'string' || typeof format !== 'string') return null
  try {
    return Uint8Array.fromBase64(data.replace(/^data:[^,]*;base64,/, ''))
  } catch {
    return null
  }
}
