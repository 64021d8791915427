// Reads a frame of a live chat (docs/contract.md has them all). Pure: what it asks for is said here, done by
// its kind.
import { frameErrors } from '../../wire/errors/frame-errors'
import { jsonFor, parseJson } from '../../wire/input/json'
import { MessageIn } from '../../wire/shapes/frames'
import { tooBig } from '../sockets/closing'
import { type AnyKind, type AskedByKind, kinds } from './kinds'
import type { Fields, Refused } from './kind'
import { refused } from './kind-message'

/** What a frame may weigh, in bytes: without an attachment, and with one. */
const maxBytes = 16 * 1024
const maxBytesWithAttachment = 2 * 1024 * 1024

/** What a frame asks for, or why it is not taken. */
export type Asked = AskedByKind[keyof AskedByKind] | Refused | { kind: 'close'; code: number }

const inOrder: readonly AnyKind[] = Object.values(kinds)

/** Reads a frame. One that nobody would send by mistake closes the socket; any other lives on. */
export function readFrame(data: string | ArrayBuffer): Asked {
  const size = typeof data === 'string' ? byteLength(data) : data.byteLength
  if (size > maxBytesWithAttachment) return { kind: 'close', code: tooBig }
  if (typeof data !== 'string') {
    return size > maxBytes ? { kind: 'close', code: tooBig } : refused(frameErrors.notText)
  }
  // A second look at what is long: to keep the digits of its numbers costs fifty times the parse.
  if (size > maxBytes && !isLongForItsPicture(data)) return { kind: 'close', code: tooBig }
  const frame = parse(data)
  if (frame === undefined) return refused(frameErrors.notJson)
  return isObject(frame) ? readFields(frame) : refused(frameErrors.notObject)
}

/** A message's picture alone may make a frame long: what stands beside its bytes weighs what a frame may. */
function isLongForItsPicture(data: string): boolean {
  const frame = plainly(data)
  if (!isObject(frame) || !kinds.message.owns(frame['type'], frame)) return false
  const { attachment } = frame
  if (!isObject(attachment) || typeof attachment['data'] !== 'string') return false
  const beside = JSON.stringify({ ...frame, attachment: { ...attachment, data: '' } })
  return byteLength(beside) <= maxBytes
}

function plainly(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function readFields(frame: Fields): Asked {
  const kind = inOrder.find((one) => one.owns(frame['type'], frame))
  return kind ? (kind.read(frame) as Asked) : refused(frameErrors.unknownType, frame)
}

function parse(data: string): unknown {
  try {
    // A number there keeps its digits: two ids that round to one are two.
    return jsonFor(MessageIn, parseJson(data))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function byteLength(data: string): number {
  // A unit of UTF-16 takes at most three bytes of UTF-8.
  if (data.length * 3 <= maxBytes || data.length > maxBytesWithAttachment) return data.length
  return new TextEncoder().encode(data).byteLength
}
