// PNG (W3C PNG 3rd edition, APNG included): checked chunk by chunk with their checksums, and written
// anew with only the chunks that the picture needs to look as it does.
import { asciiOf, BadPicture, bytesOf, join, Reader, type Size, u32Bytes } from './bytes'
import { orientationOnly } from './exif'

const pngSignature = '\x89PNG\r\n\x1a\n'

const kept = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT'.split(' '),
)
/** Bit depths by colour type. */
const depths: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** The picture without its texts, times and EXIF. What follows its end is dropped. @throws BadPicture */
export function cleanPng(bytes: Uint8Array): Size & { bytes: Uint8Array<ArrayBuffer> } {
  const reader = new Reader(bytes, pngSignature.length)
  const parts = [bytes.subarray(0, pngSignature.length)]
  let size: Size | undefined
  let hasData = false
  for (;;) {
    const begin = reader.at
    const length = reader.u32('big')
    const type = reader.ascii(4)
    const data = reader.take(length)
    if (crc32(bytes.subarray(begin + 4, reader.at)) !== reader.u32('big')) {
      throw new BadPicture('checksum')
    }
    if ((type === 'IHDR') !== (size === undefined)) throw new BadPicture('order of chunks')
    size ??= headerOf(data)
    if (type === 'IDAT') hasData = true
    if (kept.has(type)) parts.push(bytes.subarray(begin, reader.at))
    else if (type === 'eXIf') parts.push(...exifChunk(data))
    // A critical chunk that nobody knows (its first letter is upper case) cannot be left out.
    else if (type < 'a') throw new BadPicture('unknown critical chunk')
    if (type === 'IEND') break
  }
  if (!hasData) throw new BadPicture('no picture')
  return { ...size, bytes: join(parts) }
}

function headerOf(data: Uint8Array): Size {
  if (data.length !== 13) throw new BadPicture('header')
  const reader = new Reader(data)
  const size = { width: reader.u32('big'), height: reader.u32('big') }
  const [depth, colour, compression, filter, interlace] = reader.take(5) as unknown as number[]
  if (!depths[colour!]?.includes(depth!) || compression || filter || interlace! > 1) {
    throw new BadPicture('header')
  }
  return size
}

function exifChunk(data: Uint8Array): Uint8Array[] {
  const exif = orientationOnly(data)
  if (!exif) return []
  const named = join([bytesOf('eXIf'), exif])
  return [u32Bytes(exif.length, 'big'), named, u32Bytes(crc32(named), 'big')]
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** The CRC of PNG's chunks (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** Whether the bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return asciiOf(bytes.subarray(0, pngSignature.length)) === pngSignature
}
