// GIF (87a and 89a): walked block by block to its trailer, and written anew without comments and
// application data (XMP); the loop count of an animation stays.
import { BadPicture, Reader, type Size, startsWith } from './bytes'
import { Kept, type Measured } from './kept'

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const PLAIN_TEXT = 0x01
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff

/** Of 255 bytes, a file has 8,200; each frame's last one is shorter. */
const maxSubBlocks = 50_000
/** The loop count in bytes, and beside it the size of a buffer. */
const maxLoopLength = 25

/** Whether the bytes begin as a GIF does. */
export function isGif(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')
}

/** What is known of the file so far. */
type Walk = Size & {
  reader: Reader
  kept: Kept
  images: number
  subBlocks: number
  hasLoop: boolean
  /** Where the control of the next image begins and ends: 89a §23 allows one for each. */
  control: [number, number] | null
}

/**
 * The picture without comments; its size is the largest of its canvas and its frames, since some readers
 * grow the canvas. @throws BadPicture
 */
export function readGif(reader: Reader): Measured {
  const kept = new Kept(reader)
  reader.skip(6)
  const size = { width: reader.u16('little'), height: reader.u16('little') }
  const flags = reader.u8()
  reader.skip(2 + colourTable(flags))
  kept.range(0, reader.at)
  const walk = { ...size, reader, kept, images: 0, subBlocks: 0, hasLoop: false, control: null }
  while (readBlock(walk));
  if (walk.images === 0) throw new BadPicture('no picture')
  kept.range(reader.at - 1, reader.at)
  return walk
}

function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Reads a block. @returns false at the last one */
function readBlock(walk: Walk): boolean {
  const { reader } = walk
  reader.part()
  const begin = reader.at
  const block = reader.u8()
  if (block === TRAILER) return false
  if (block === EXTENSION) readExtension(walk, begin)
  else if (block === IMAGE) readImage(walk, begin)
  else throw new BadPicture('block')
  return true
}

function readExtension(walk: Walk, begin: number): void {
  const { reader } = walk
  const label = reader.u8()
  const isLoop = label === APPLICATION && isLoopCount(reader)
  readSubBlocks(walk)
  // Of several, readers take the last one.
  if (label === GRAPHIC_CONTROL) walk.control = [begin, reader.at]
  // It was this text's.
  if (label === PLAIN_TEXT) walk.control = null
  if (!isLoop || walk.hasLoop || reader.at - begin > maxLoopLength) return
  walk.hasLoop = true
  walk.kept.range(begin, reader.at)
}

function isLoopCount(reader: Reader): boolean {
  return reader.startsWith('\x0bNETSCAPE2.0') || reader.startsWith('\x0bANIMEXTS1.0')
}

function readImage(walk: Walk, begin: number): void {
  const { reader, kept, control } = walk
  growCanvas(walk)
  reader.skip(colourTable(reader.u8()))
  const codeSize = reader.u8()
  if (codeSize < 1 || codeSize > 8) throw new BadPicture('code size')
  if (readSubBlocks(walk) === 0) throw new BadPicture('no picture')
  if (control) kept.range(...control)
  kept.range(begin, reader.at)
  walk.control = null
  walk.images++
}

function growCanvas(walk: Walk): void {
  const { reader } = walk
  const [left, top] = [reader.u16('little'), reader.u16('little')]
  const [width, height] = [reader.u16('little'), reader.u16('little')]
  if (width === 0 || height === 0) throw new BadPicture('frame')
  walk.width = Math.max(walk.width, left + width)
  walk.height = Math.max(walk.height, top + height)
}

/** Reads sub-blocks to their end; answers with the length of the first. */
function readSubBlocks(walk: Walk): number {
  const { reader } = walk
  const first = reader.u8()
  for (let length = first; length > 0; length = reader.u8()) {
    if (++walk.subBlocks > maxSubBlocks) throw new BadPicture('too many sub-blocks')
    reader.skip(length)
  }
  return first
}
