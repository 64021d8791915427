// The frames of a live chat, in and out (docs/contract.md has them all). Pure: what a frame asks for is
// said here, done elsewhere.
import type * as z from 'zod'
import type { Seat, StoredMessage } from '../domain/base/context'
import { issuesOf } from '../domain/base/fields'
import {
  clientIdField,
  type ErrorOut,
  MessageIn,
  type MessageOut,
  ReadIn,
  type ReadOut,
  type TypingOut,
} from '../wire/shapes/frames'
import { jsonFor, parseJson } from '../wire/input/json'
import { frameWords, issueSentence } from '../wire/errors/words'
import { tooBig } from './sockets'

/** What a frame may weigh, in bytes: without an attachment, and with one. */
const maxBytes = 16 * 1024
const maxBytesWithAttachment = 2 * 1024 * 1024

/** A message as it was sent, before anything was stored. */
export type Draft = { text: string; clientId: string | null; picture: Uint8Array | null }

/** What a frame asks for, or why it is not taken. */
export type Asked =
  | ({ kind: 'message' } & Draft)
  | { kind: 'typing' }
  | { kind: 'read'; id: number }
  | { kind: 'refused'; error: string; clientId: string | null }
  | { kind: 'close'; code: number }

/** What names a read mark's frame has told already. */
const ReadMark = ReadIn.omit({ type: true })

/** Reads a frame. One that nobody would send by mistake closes the socket; any other lives on. */
export function readFrame(data: string | ArrayBuffer): Asked {
  const size = typeof data === 'string' ? byteLength(data) : data.byteLength
  if (size > maxBytesWithAttachment) return { kind: 'close', code: tooBig }
  if (typeof data !== 'string') {
    return size > maxBytes ? { kind: 'close', code: tooBig } : refused(frameWords.notText)
  }
  const frame = parse(data)
  const hasAttachment = isObject(frame) && (frame['attachment'] ?? null) !== null
  if (size > maxBytes && !hasAttachment) return { kind: 'close', code: tooBig }
  if (frame === undefined) return refused(frameWords.notJson)
  if (!isObject(frame)) return refused(frameWords.notObject)
  const type = frame['type']
  if (type === 'typing') return { kind: 'typing' }
  if (type === 'read') return readMark(frame)
  // C's own web client calls a message `chat_message`: what has a `message` is one.
  const isMessage = type === undefined || type === 'message' || Object.hasOwn(frame, 'message')
  if (!isMessage) return refused(frameWords.unknownType, frame)
  return readMessage(frame)
}

function readMark(frame: Record<string, unknown>): Asked {
  const parsed = ReadMark.safeParse(frame)
  if (!parsed.success) return refused(issueSentence(issuesOf(parsed.error)[0]!))
  return { kind: 'read', id: parsed.data.id }
}

function readMessage(frame: Record<string, unknown>): Asked {
  const parsed = MessageIn.safeParse(frame)
  if (!parsed.success) {
    const issue = issuesOf(parsed.error)[0]!
    return refused(`${String(issue.path[0])}: ${issueSentence(issue)}`, frame)
  }
  const { message, client_id = null, attachment = null } = parsed.data
  const draft = { kind: 'message', text: message, clientId: client_id } as const
  if (attachment === null) return { ...draft, picture: null }
  const picture = pictureOf(attachment)
  return picture ? { ...draft, picture } : refused(frameWords.badAttachment, frame)
}

/** The bytes of an attachment, also out of a data URL. Its format is judged by its content. */
function pictureOf(attachment: unknown): Uint8Array | null {
  if (!isObject(attachment) || typeof attachment['data'] !== 'string') return null
  if (typeof attachment['format'] !== 'string') return null
  const base64 = attachment['data'].replace(/^data:[^,]*;base64,/, '')
  try {
    return Uint8Array.fromBase64(base64)
  } catch {
    return null
  }
}

function refused(error: string, frame: Record<string, unknown> = {}): Asked {
  const given = clientIdField.safeParse(frame['client_id'])
  return { kind: 'refused', error, clientId: (given.success && given.data) || null }
}

function parse(data: string): unknown {
  try {
    // A number there keeps its digits: two ids that round to one are two.
    return jsonFor(MessageIn, parseJson(data))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function byteLength(data: string): number {
  // A unit of UTF-16 takes at most three bytes of UTF-8.
  if (data.length * 3 <= maxBytes || data.length > maxBytesWithAttachment) return data.length
  return new TextEncoder().encode(data).byteLength
}

// ── Out ──────────────────────────────────────────────────────────────────────────────────────────

/** A stored message, the same for every socket; the sender's own is the acknowledgement. */
export function messageFrame(message: StoredMessage, senderName: string): string {
  return JSON.stringify(messageOf(message, senderName))
}

/** The same as an object, for a frame that holds it. */
export function messageOf(message: StoredMessage, senderName: string): z.output<typeof MessageOut> {
  return {
    id: message.id,
    text: message.text,
    attachment: message.attachment === null ? null : `/media/${message.attachment}`,
    timestamp: isoSeconds(message.sentAt),
    sender: message.senderId || null,
    realSender: senderName,
    kind: message.kind,
    client_id: message.clientId,
  }
}

/** Why a frame was not taken; `retryAfter` in milliseconds. */
export function errorFrame(error: string, clientId: string | null, retryAfter?: number): string {
  const frame: z.output<typeof ErrorOut> = {
    error,
    ...(retryAfter === undefined ? {} : { retry_after: Math.ceil(retryAfter / 1000) }),
    ...(clientId === null ? {} : { client_id: clientId }),
  }
  return JSON.stringify(frame)
}

export function typingFrame(by: Seat): string {
  const frame: z.output<typeof TypingOut> = {
    type: 'typing',
    sender: by.userId,
    realSender: by.username,
  }
  return JSON.stringify(frame)
}

export function readMarkFrame(by: Seat, id: number): string {
  const frame: z.output<typeof ReadOut> = {
    type: 'read',
    id,
    sender: by.userId,
    realSender: by.username,
  }
  return JSON.stringify(frame)
}

function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
