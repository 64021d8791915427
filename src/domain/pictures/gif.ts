// GIF (87a and 89a): walked block by block to its trailer, and written anew without comments and
// application data (XMP); the loop count of an animation stays.
import { BadPicture, join, Reader, type Size, startsWith } from './bytes'

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff

/** Whether the bytes begin as a GIF does. */
export function isGif(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')
}

/**
 * The picture without comments; its size is the largest of its canvas and its frames, since some readers
 * grow the canvas. @throws BadPicture
 */
export function cleanGif(bytes: Uint8Array): Size & { bytes: Uint8Array<ArrayBuffer> } {
  const reader = new Reader(bytes, 6)
  const size = { width: reader.u16('little'), height: reader.u16('little') }
  const flags = reader.u8()
  reader.take(2 + colourTable(flags))
  const parts = [bytes.subarray(0, reader.at)]
  let images = 0
  for (;;) {
    const begin = reader.at
    const block = reader.u8()
    if (block === TRAILER) break
    const isKept = block === EXTENSION ? readExtension(reader) : readImage(reader, block, size)
    if (block === IMAGE) images++
    if (isKept) parts.push(bytes.subarray(begin, reader.at))
  }
  if (images === 0) throw new BadPicture('no picture')
  return { ...size, bytes: join([...parts, Uint8Array.of(TRAILER)]) }
}

function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Reads an extension and tells whether the picture needs it. */
function readExtension(reader: Reader): boolean {
  const label = reader.u8()
  const first = readSubBlocks(reader)
  if (label === GRAPHIC_CONTROL) return true
  return (
    label === APPLICATION && (startsWith(first, 'NETSCAPE2.0') || startsWith(first, 'ANIMEXTS1.0'))
  )
}

function readImage(reader: Reader, block: number, size: Size): boolean {
  if (block !== IMAGE) throw new BadPicture('block')
  const [left, top] = [reader.u16('little'), reader.u16('little')]
  const [width, height] = [reader.u16('little'), reader.u16('little')]
  if (width === 0 || height === 0) throw new BadPicture('frame')
  size.width = Math.max(size.width, left + width)
  size.height = Math.max(size.height, top + height)
  reader.take(colourTable(reader.u8()))
  const codeSize = reader.u8()
  if (codeSize < 1 || codeSize > 8) throw new BadPicture('code size')
  if (readSubBlocks(reader).length === 0) throw new BadPicture('no picture')
  return true
}

/** Reads sub-blocks to their end; answers with the first. */
function readSubBlocks(reader: Reader): Uint8Array {
  const first = reader.take(reader.u8())
  for (let length = first.length; length > 0;) {
    length = reader.u8()
    reader.take(length)
  }
  return first
}
