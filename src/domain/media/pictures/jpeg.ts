// JPEG (ITU T.81): walked segment by segment to its end marker, and written anew without EXIF (but its
// orientation), GPS, XMP, IPTC, comments, thumbnails and what cameras append behind the picture.
import { BadPicture, codesOf, type Reader, type Size } from './bytes'
import { orientationOnly } from './exif'
import { Kept, type Measured } from './kept'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
const APP15 = 0xef
const COM = 0xfe
/** Baseline, extended and progressive Huffman: what browsers decode. */
const frames = new Set([0xc0, 0xc1, 0xc2])
/** DHT, DQT, DRI: what the decoder needs; each scan may bring its own. */
const tables = new Set([0xc4, 0xdb, 0xdd])

const exifMark = 'Exif\0\0'
/** JFIF's fields without its thumbnail, the marker and the length before them. */
const jfifLength = 4 + 14
/** Segments of a colour profile: they are numbered with a byte. */
const maxProfileParts = 255

/** Whether the bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff
}

/** What is known of the file so far. */
type Walk = {
  reader: Reader
  kept: Kept
  size: Size | undefined
  scans: number
  /** Where our EXIF goes: JFIF wants its segment to be the first. */
  place: number
  exif: number[] | null
  hasExif: boolean
  hasJfif: boolean
  hasAdobe: boolean
  profileParts: number
}

/** The picture without what it tells about the place, time and device. @throws BadPicture */
export function readJpeg(reader: Reader): Measured {
  const walk = beginOf(reader)
  const { kept } = walk
  while (readSegment(walk));
  if (!walk.size || walk.scans === 0) throw new BadPicture('no picture')
  kept.range(reader.at - 2, reader.at)
  if (walk.exif) kept.insert(segment(APP1, [...codesOf(exifMark), ...walk.exif]), walk.place)
  return { ...walk.size, kept }
}

function beginOf(reader: Reader): Walk {
  const kept = new Kept(reader)
  const place = kept.range(0, reader.skip(2) + 2) + 2
  const has = { hasExif: false, hasJfif: false, hasAdobe: false, profileParts: 0 }
  return { reader, kept, size: undefined, scans: 0, place, exif: null, ...has }
}

/** Reads a segment, and the data of its scan. @returns false at the end marker */
function readSegment(walk: Walk): boolean {
  const { reader, kept } = walk
  reader.part()
  const marker = nextMarker(reader)
  if (marker === EOI) return false
  const begin = reader.at - 2
  const payload = payloadOf(reader)
  if (frames.has(marker)) takeFrame(walk, payload)
  if (marker === SOS) passScan(walk)
  const isPicture = frames.has(marker) || tables.has(marker) || marker === SOS
  if (isPicture || isNeeded(walk, marker, payload)) kept.range(begin, reader.at)
  else takeOther(walk, marker, payload, begin)
  return true
}

/** The next marker; any number of FF may stand before it. */
function nextMarker(reader: Reader): number {
  if (reader.u8() !== 0xff) throw new BadPicture('marker')
  for (;;) {
    const marker = reader.u8()
    if (marker !== 0xff) return marker
  }
}

function payloadOf(reader: Reader): Reader {
  const length = reader.u16('big')
  if (length < 2) throw new BadPicture('segment')
  return reader.within(length - 2)
}

function takeFrame(walk: Walk, payload: Reader): void {
  if (walk.size) throw new BadPicture('second frame')
  payload.skip(1)
  const height = payload.u16('big')
  walk.size = { width: payload.u16('big'), height }
}

/** Whether a segment is the colour profile, or says which colours Adobe's are. */
function isNeeded(walk: Walk, marker: number, payload: Reader): boolean {
  if (marker === APP14 && payload.startsWith('Adobe') && !walk.hasAdobe)
    return (walk.hasAdobe = true)
  if (marker !== APP2 || !payload.startsWith('ICC_PROFILE\0')) return false
  if (++walk.profileParts > maxProfileParts) throw new BadPicture('colour profile')
  return true
}

/** What is left out, but for JFIF's fields and the orientation: of either the first counts. */
function takeOther(walk: Walk, marker: number, payload: Reader, begin: number): void {
  if ((marker < APP0 || marker > APP15) && marker !== COM) {
    throw new BadPicture('segment of another coding')
  }
  if (marker === APP0 && payload.startsWith('JFIF\0') && !walk.hasJfif)
    keepJfif(walk, payload, begin)
  if (marker !== APP1 || !payload.startsWith(exifMark) || walk.hasExif) return
  walk.hasExif = true
  payload.skip(exifMark.length)
  walk.exif = orientationOnly(payload)
}

function keepJfif(walk: Walk, payload: Reader, begin: number): void {
  if (payload.left < 14) throw new BadPicture('JFIF')
  walk.hasJfif = true
  const isFirst = walk.kept.length === walk.place
  const at = walk.kept.range(begin, begin + jfifLength)
  walk.kept.patch(at + 2, [0, jfifLength - 2])
  walk.kept.patch(at + jfifLength - 2, [0, 0])
  if (isFirst) walk.place += jfifLength
}

/** Entropy-coded data: up to the next FF that is neither stuffed nor a restart marker. */
function passScan(walk: Walk): void {
  if (!walk.size) throw new BadPicture('scan before frame')
  walk.scans++
  const { reader } = walk
  const { bytes } = reader
  while (bytes[reader.at] !== 0xff || isScanData(bytes[reader.at + 1])) reader.skip(1)
}

/** Whether what follows FF says that the data go on: a stuffed zero, a restart marker, a fill byte. */
function isScanData(next: number | undefined): boolean {
  return next === 0 || next === 0xff || (next !== undefined && next >= 0xd0 && next <= 0xd7)
}

function segment(marker: number, payload: readonly number[]): number[] {
  const length = payload.length + 2
  return [0xff, marker, length >> 8, length & 0xff, ...payload]
}
