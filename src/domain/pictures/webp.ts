// WebP (RFC 9649): walked chunk by chunk, and written anew without XMP, unknown chunks and EXIF but its
// orientation.
import { BadPicture, bytesOf, join, Reader, type Size, startsWith, u32Bytes } from './bytes'
import { orientationOnly } from './exif'

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const EXIF_FLAG = 0x08
const XMP_FLAG = 0x04

type Chunk = { name: string; data: Uint8Array }

/** Whether the bytes begin as a WebP does. */
export function isWebp(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP')
}

/** The picture without what it tells about the place, time and device. @throws BadPicture */
export function cleanWebp(bytes: Uint8Array): Size & { bytes: Uint8Array<ArrayBuffer> } {
  const reader = new Reader(bytes, 4)
  const inside = new Reader(reader.take(4 + new Reader(bytes, 4).u32('little')), 8)
  const chunks = [...chunksOf(inside)]
  const sizes = chunks.map(sizeOf).filter((size) => size !== undefined)
  const hasPicture = chunks.some(({ name }) => ['VP8 ', 'VP8L', 'ANMF'].includes(name))
  if (!hasPicture || sizes.length === 0) throw new BadPicture('no picture')
  const isExtended = chunks[0]!.name === 'VP8X'
  const exif = isExtended ? exifOf(chunks) : null
  const parts = chunks
    .filter(({ name }) => kept.has(name))
    .map((chunk) => (chunk.name === 'VP8X' ? withFlags(chunk, exif !== null) : chunk))
  if (exif) parts.push({ name: 'EXIF', data: exif })
  const body = join([bytesOf('WEBP'), ...parts.flatMap(written)])
  // Not by spreading: a file can have more chunks than a call can have arguments.
  return {
    width: sizes.reduce((widest, { width }) => Math.max(widest, width), 0),
    height: sizes.reduce((highest, { height }) => Math.max(highest, height), 0),
    bytes: join([bytesOf('RIFF'), u32Bytes(body.length, 'little'), body]),
  }
}

function* chunksOf(reader: Reader): Generator<Chunk> {
  while (reader.left > 0) {
    const name = reader.ascii(4)
    const length = reader.u32('little')
    const data = reader.take(length)
    // The byte that makes a length even is left out by some writers at the end of the file.
    if (length % 2 === 1 && reader.left > 0) reader.take(1)
    yield { name, data }
  }
}

function sizeOf({ name, data }: Chunk): Size | undefined {
  const reader = new Reader(data)
  if (name === 'VP8X') {
    reader.take(4)
    return { width: reader.u24Little() + 1, height: reader.u24Little() + 1 }
  }
  if (name === 'VP8 ') {
    reader.take(3)
    if (reader.ascii(3) !== '\x9d\x01\x2a') throw new BadPicture('VP8')
    return { width: reader.u16('little') & 0x3fff, height: reader.u16('little') & 0x3fff }
  }
  if (name === 'VP8L') {
    if (reader.u8() !== 0x2f) throw new BadPicture('VP8L')
    const bits = reader.u32('little')
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (name === 'ANMF') return frameSize(reader)
  return undefined
}

/** An animation's frame: its place and size, then the chunks of its picture. */
function frameSize(reader: Reader): Size {
  const [left, top] = [reader.u24Little() * 2, reader.u24Little() * 2]
  const size = { width: reader.u24Little() + 1 + left, height: reader.u24Little() + 1 + top }
  reader.take(4)
  // A frame within a frame is no picture, and without an end would be no answer.
  const inner = [...chunksOf(reader)].filter(({ name }) => name !== 'ANMF')
  if (inner.every((chunk) => sizeOf(chunk) === undefined)) throw new BadPicture('no picture')
  return size
}

function exifOf(chunks: Chunk[]): Uint8Array | null {
  const data = chunks.find(({ name }) => name === 'EXIF')?.data
  if (!data) return null
  // Some writers put JPEG's mark before the block.
  return orientationOnly(startsWith(data, 'Exif\0\0') ? data.subarray(6) : data)
}

function withFlags({ name, data }: Chunk, hasExif: boolean): Chunk {
  const changed = data.slice()
  changed[0] = (changed[0]! & ~EXIF_FLAG & ~XMP_FLAG) | (hasExif ? EXIF_FLAG : 0)
  return { name, data: changed }
}

function written({ name, data }: Chunk): Uint8Array[] {
  const padding = new Uint8Array(data.length % 2)
  return [bytesOf(name), u32Bytes(data.length, 'little'), data, padding]
}
