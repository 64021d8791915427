// Picture files, put together byte by byte: small ones that are good, and what attackers make of them.
import { crc32 } from '../../src/domain/media/pictures/png'

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const big = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
const little = (value: number) => big(value).toReversed()
const ofBase64 = (text: string) => ascii(atob(text))

/** Bytes one after the other; texts are taken as ASCII. */
export function bytes(...parts: (Uint8Array | string | number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === 'string' ? ascii(part) : part)]),
  )
}

/** Whether the bytes hold this ASCII text. */
export function holds(file: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(file).includes(text)
}

export const secret = 'where and when it was taken'

/** An EXIF block as a camera writes one: an orientation and the secret. */
export function exif(orientation: number): Uint8Array {
  return bytes(
    'II*\0',
    little(8),
    [2, 0],
    [0x0e, 0x01, 2, 0, ...little(secret.length), ...little(38)],
    [0x12, 0x01, 3, 0, ...little(1), orientation, 0, 0, 0],
    little(0),
    secret,
  )
}

// ── PNG ──────────────────────────────────────────────────────────────────────────────────────────

export const pngChunk = (type: string, data: Uint8Array | string = '') => {
  const named = bytes(type, data)
  return bytes(big(named.length - 4), named, big(crc32(named)))
}
export const pngHeader = (width: number, height: number) =>
  pngChunk('IHDR', bytes(big(width), big(height), [8, 6, 0, 0, 0]))
const pngData = pngChunk('IDAT', ofBase64('eNpjZPjPUA8AA4YBgA=='))

/** A PNG with `more` chunks between header and data. */
export function png(more: Uint8Array = bytes(), width = 1, height = 1): Uint8Array<ArrayBuffer> {
  return bytes('\x89PNG\r\n\x1a\n', pngHeader(width, height), more, pngData, pngChunk('IEND'))
}

// ── JPEG ─────────────────────────────────────────────────────────────────────────────────────────

export const jpegSegment = (marker: number, data: Uint8Array | string) => {
  const length = data.length + 2
  return bytes([0xff, marker, length >> 8, length & 255], bytes(data))
}
const jfif = jpegSegment(0xe0, bytes('JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0]))
export const jpegFrame = (width: number, height: number) =>
  jpegSegment(0xc0, bytes([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 17, 0]))
const jpegTables = bytes(
  jpegSegment(0xdb, new Uint8Array(65).fill(1, 1)),
  jpegSegment(0xc4, bytes(new Uint8Array(17), [])),
)
export const jpegScan = bytes(
  jpegSegment(0xda, bytes([1, 1, 0, 0, 63, 0])),
  [0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56],
)

/** A JPEG with `more` segments after its first. */
export function jpeg(more: Uint8Array = bytes(), width = 1, height = 1): Uint8Array<ArrayBuffer> {
  return bytes(
    [0xff, 0xd8],
    jfif,
    more,
    jpegTables,
    jpegFrame(width, height),
    jpegScan,
    [0xff, 0xd9],
  )
}

// ── GIF and WebP ─────────────────────────────────────────────────────────────────────────────────

export const gifImage = ofBase64('LAAAAAABAAEAAAIBRAA7').subarray(0, 14)

/** A GIF with `more` blocks before its picture. */
export function gif(more: Uint8Array = bytes(), width = 1, height = 1): Uint8Array<ArrayBuffer> {
  const size = [width & 255, width >> 8, height & 255, height >> 8]
  return bytes('GIF89a', size, [0x80, 0, 0, 0, 0, 0, 255, 255, 255], more, gifImage, ';')
}

export const webpChunk = (name: string, data: Uint8Array | string) =>
  bytes(name, little(data.length), bytes(data), new Uint8Array(data.length % 2))
const webpPicture = webpChunk('VP8 ', ofBase64('MAEAnQEqAQABAA7A/iWkAANwAAAAAA=='))

/** A plain WebP; with `more` chunks an extended one. */
export function webp(more?: Uint8Array, width = 1, height = 1): Uint8Array<ArrayBuffer> {
  const canvas = [...little(width - 1).slice(0, 3), ...little(height - 1).slice(0, 3)]
  const extended = more ? webpChunk('VP8X', bytes([0x0c, 0, 0, 0], canvas)) : bytes()
  const body = bytes('WEBP', extended, webpPicture, more ?? '')
  return bytes('RIFF', little(body.length), body)
}
