// WebP (RFC 9649): walked chunk by chunk, and written anew without XMP, unknown chunks and EXIF but its
// orientation.
import { BadPicture, codesOf, Once, type Reader, type Size, startsWith, u32Bytes } from './bytes'
import { orientationOnly } from './exif'
import { Kept, type Measured } from './kept'

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ICCP'])
/** A picture is either of two; an animation's are inside its frames. */
const bitstreams = new Set(['VP8 ', 'VP8L'])
/** What may stand once, in the file or in a frame: `bitstream` is the picture of either kind. */
const single = new Set(['bitstream', 'VP8X', 'ALPH', 'ANIM', 'ICCP'])
const EXIF_FLAG = 0x08
const XMP_FLAG = 0x04
const headerLength = 8
const frameLength = 16

type Chunk = { name: string; begin: number; data: Reader }

/** What is known of the file so far. */
type Walk = Size & {
  kept: Kept
  once: Once
  hasPicture: boolean
  /** Where the flags of an extended file are, and what they were. */
  flags: { at: number; byte: number } | null
  exif: number[] | null
  hasExif: boolean
}

/** Whether the bytes begin as a WebP does. */
export function isWebp(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)
}

/** The picture without what it tells about the place, time and device. @throws BadPicture */
export function readWebp(reader: Reader): Measured {
  reader.skip(4)
  const inside = reader.within(reader.u32('little'))
  const walk = beginOf(reader)
  walk.kept.range(0, inside.skip(4) + 4)
  while (inside.left > 0) takeChunk(walk, chunkOf(inside))
  if (!walk.hasPicture) throw new BadPicture('no picture')
  finish(walk)
  return walk
}

function beginOf(reader: Reader): Walk {
  const nothing = { hasPicture: false, flags: null, exif: null, hasExif: false }
  return { width: 0, height: 0, kept: new Kept(reader), once: new Once(single), ...nothing }
}

function chunkOf(reader: Reader): Chunk {
  reader.part()
  const begin = reader.at
  const name = reader.name()
  const length = reader.u32('little')
  const data = reader.within(length)
  // The byte that makes a length even is left out by some writers at the end of the file.
  if (length % 2 === 1 && reader.left > 0) reader.skip(1)
  return { name, begin, data }
}

function takeChunk(walk: Walk, chunk: Chunk): void {
  const { name, data } = chunk
  if (name === 'ANMF') return takeFrame(walk, chunk)
  if (name === 'EXIF') return takeExif(walk, data)
  if (!kept.has(name)) return
  const at = keep(walk, chunk, walk.once)
  if (name === 'VP8X') takeCanvas(walk, data, at + headerLength)
}

/** Keeps a chunk as it is, and looks how large its picture is. @returns its place */
function keep(walk: Walk, { name, begin, data }: Chunk, once: Once): number {
  const isPicture = bitstreams.has(name)
  once.take(isPicture ? 'bitstream' : name)
  const at = walk.kept.range(begin, data.end)
  if (walk.kept.length % 2 === 1) walk.kept.zero()
  if (isPicture) takePicture(walk, name, data)
  return at
}

function takePicture(walk: Walk, name: string, data: Reader): void {
  grow(walk, name === 'VP8L' ? losslessSize(data) : lossySize(data))
  walk.hasPicture = true
}

function grow(walk: Walk, { width, height }: Size): void {
  walk.width = Math.max(walk.width, width)
  walk.height = Math.max(walk.height, height)
}

function lossySize(data: Reader): Size {
  data.skip(3)
  if (!data.startsWith('\x9d\x01\x2a')) throw new BadPicture('VP8')
  data.skip(3)
  return { width: data.u16('little') & 0x3fff, height: data.u16('little') & 0x3fff }
}

function losslessSize(data: Reader): Size {
  if (data.u8() !== 0x2f) throw new BadPicture('VP8L')
  const bits = data.u32('little')
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

function takeCanvas(walk: Walk, data: Reader, at: number): void {
  if (data.left !== 10) throw new BadPicture('VP8X')
  // It is the first chunk, or the file is none of the extended kind.
  if (at === 12 + headerLength) walk.flags = { at, byte: data.u8() }
  else data.skip(1)
  data.skip(3)
  grow(walk, { width: data.u24Little() + 1, height: data.u24Little() + 1 })
}

/** An animation's frame: its place and size, then the chunks of its picture. */
function takeFrame(walk: Walk, { begin, data }: Chunk): void {
  const at = walk.kept.range(begin, data.at + frameLength)
  const [left, top] = [data.u24Little() * 2, data.u24Little() * 2]
  grow(walk, { width: data.u24Little() + 1 + left, height: data.u24Little() + 1 + top })
  data.skip(4)
  if (!keepFramePicture(walk, data)) throw new BadPicture('no picture')
  const length = walk.kept.length - at - headerLength
  walk.kept.patch(at + 4, u32Bytes(length, 'little'))
}

/** Chunks within a frame that are no picture are left out: a frame within a frame too. */
function keepFramePicture(walk: Walk, data: Reader): boolean {
  const once = new Once(single)
  let hasPicture = false
  while (data.left > 0) {
    const chunk = chunkOf(data)
    const isPicture = bitstreams.has(chunk.name)
    if (isPicture || chunk.name === 'ALPH') keep(walk, chunk, once)
    hasPicture ||= isPicture
  }
  return hasPicture
}

/** The first one counts. */
function takeExif(walk: Walk, data: Reader): void {
  if (walk.hasExif) return
  walk.hasExif = true
  // Some writers put JPEG's mark before the block.
  if (data.startsWith('Exif\0\0')) data.skip(6)
  walk.exif = orientationOnly(data)
}

/** Only an extended file says what else is in it. */
function finish({ kept, flags, exif }: Walk): void {
  const chunk = exif ? [...codesOf('EXIF'), ...u32Bytes(exif.length, 'little'), ...exif] : []
  const ours = flags ? chunk : []
  kept.insert(ours)
  kept.patch(4, u32Bytes(kept.length + ours.length - headerLength, 'little'))
  if (!flags) return
  const others = flags.byte & ~EXIF_FLAG & ~XMP_FLAG
  kept.patch(flags.at, [others | (exif ? EXIF_FLAG : 0)])
}
