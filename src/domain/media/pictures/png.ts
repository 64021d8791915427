// PNG (W3C PNG 3rd edition, APNG included): checked chunk by chunk with their checksums, and written
// anew with only the chunks that the picture needs to look as it does.
import { BadPicture, codesOf, Once, type Reader, type Size, startsWith, u32Bytes } from './bytes'
import { orientationOnly } from './exif'
import { Kept, type Measured } from './kept'

const pngSignature = '\x89PNG\r\n\x1a\n'

/** What is kept and may stand once (§5.6, table 7), and what may stand many times. */
const once = 'PLTE tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL'.split(' ')
const kept = new Set([...once, 'IHDR', 'IDAT', 'IEND', 'fcTL', 'fdAT'])
const exifName = 'eXIf'
/** Bit depths by colour type. */
const depths: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

type Chunk = { type: string; data: Reader }

/** The picture without its texts, times and EXIF. What follows its end is dropped. @throws BadPicture */
export function readPng(reader: Reader): Measured {
  const file = new Kept(reader)
  file.range(0, reader.skip(pngSignature.length) + pngSignature.length)
  const size = headerOf(chunkOf(reader, file))
  const single = new Once(new Set([...once, exifName]))
  let hasData = false
  for (let type = ''; type !== 'IEND';) {
    const chunk = chunkOf(reader, file)
    type = chunk.type
    if (type === 'IHDR') throw new BadPicture('order of chunks')
    single.take(type)
    if (type === 'IDAT') hasData = true
    if (type === exifName) insertExif(file, chunk.data)
  }
  if (!hasData) throw new BadPicture('no picture')
  return { ...size, kept: file }
}

/** Reads a chunk, and keeps it where the picture needs it. */
function chunkOf(reader: Reader, file: Kept): Chunk {
  reader.part()
  const begin = reader.at
  const length = reader.u32('big')
  const type = reader.name()
  const data = reader.within(length)
  if (crc32(reader.bytes, begin + 4, reader.at) !== reader.u32('big')) {
    throw new BadPicture('checksum')
  }
  if (kept.has(type)) file.range(begin, reader.at)
  // A critical chunk that nobody knows (its first letter is upper case) cannot be left out.
  else if (type < 'a') throw new BadPicture('unknown critical chunk')
  return { type, data }
}

function headerOf({ type, data }: Chunk): Size {
  if (type !== 'IHDR' || data.left !== 13) throw new BadPicture('header')
  const size = { width: data.u32('big'), height: data.u32('big') }
  const [depth, colour] = [data.u8(), data.u8()]
  const [compression, filter, interlace] = [data.u8(), data.u8(), data.u8()]
  if (!depths[colour]?.includes(depth) || compression || filter || interlace > 1) {
    throw new BadPicture('header')
  }
  return size
}

function insertExif(file: Kept, data: Reader): void {
  const exif = orientationOnly(data)
  if (!exif) return
  const named = [...codesOf(exifName), ...exif]
  file.insert([...u32Bytes(exif.length, 'big'), ...named, ...u32Bytes(crc32(named), 'big')])
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** The CRC of PNG's chunks (ISO 3309). */
export function crc32(bytes: ArrayLike<number>, begin = 0, end = bytes.length): number {
  let c = 0xffffffff
  for (let at = begin; at < end; at++) c = table[(c ^ bytes[at]!) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** Whether the bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, pngSignature)
}
