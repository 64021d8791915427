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
  const frame = parse(data)
  const hasAttachment = isObject(frame) && (frame['attachment'] ?? null) !== null
  if (size > maxBytes && !hasAttachment) return { kind: 'close', code: tooBig }
  if (frame === undefined) return refused(frameErrors.notJson)
  return isObject(frame) ? readFields(frame) : refused(frameErrors.notObject)
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
