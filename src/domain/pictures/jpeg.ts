// JPEG (ITU T.81): walked segment by segment to its end marker, and written anew without EXIF (but its
// orientation), GPS, XMP, IPTC, comments, thumbnails and what cameras append behind the picture.
import { BadPicture, bytesOf, join, Reader, type Size, startsWith } from './bytes'
import { orientationOnly } from './exif'

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
/** DHT, DQT, DRI: what the decoder needs. */
const tables = new Set([0xc4, 0xdb, 0xdd])

const exifMark = 'Exif\0\0'

/** Whether the bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff
}

/** The picture without what it tells about the place, time and device. @throws BadPicture */
export function cleanJpeg(bytes: Uint8Array): Size & { bytes: Uint8Array<ArrayBuffer> } {
  const reader = new Reader(bytes, 2)
  const parts: Uint8Array[] = []
  let exif: Uint8Array | null = null
  let size: Size | undefined
  let scans = 0
  for (;;) {
    const marker = nextMarker(reader)
    if (marker === EOI) break
    const payload = segmentOf(reader)
    if (frames.has(marker)) {
      if (size) throw new BadPicture('second frame')
      size = frameSize(payload)
    }
    if (marker === APP1 && startsWith(payload, exifMark)) {
      exif ??= orientationOnly(payload.subarray(exifMark.length))
    }
    parts.push(...keptSegment(marker, payload))
    if (marker !== SOS) continue
    if (!size) throw new BadPicture('scan before frame')
    scans++
    parts.push(scanData(reader))
  }
  if (!size || scans === 0) throw new BadPicture('no picture')
  // JFIF wants its segment to be the first.
  const place = parts[0]![1] === APP0 ? 1 : 0
  if (exif) parts.splice(place, 0, segment(APP1, join([bytesOf(exifMark), exif])))
  const bytesKept = join([Uint8Array.of(0xff, SOI), ...parts, Uint8Array.of(0xff, EOI)])
  return { ...size, bytes: bytesKept }
}

/** The next marker; any number of FF may stand before it. */
function nextMarker(reader: Reader): number {
  if (reader.u8() !== 0xff) throw new BadPicture('marker')
  for (;;) {
    const marker = reader.u8()
    if (marker !== 0xff) return marker
  }
}

function segmentOf(reader: Reader): Uint8Array {
  const length = reader.u16('big')
  if (length < 2) throw new BadPicture('segment')
  return reader.take(length - 2)
}

function frameSize(payload: Uint8Array): Size {
  const reader = new Reader(payload, 1)
  const height = reader.u16('big')
  return { width: reader.u16('big'), height }
}

function keptSegment(marker: number, payload: Uint8Array): Uint8Array[] {
  if (frames.has(marker) || tables.has(marker) || marker === SOS) return [segment(marker, payload)]
  if (marker === APP0 && startsWith(payload, 'JFIF\0'))
    return [segment(APP0, withoutThumbnail(payload))]
  // The colour profile, and which colours Adobe's segment says they are.
  if (marker === APP2 && startsWith(payload, 'ICC_PROFILE\0')) return [segment(marker, payload)]
  if (marker === APP14 && startsWith(payload, 'Adobe')) return [segment(marker, payload)]
  if ((marker >= APP0 && marker <= APP15) || marker === COM) return []
  throw new BadPicture('segment of another coding')
}

function withoutThumbnail(jfif: Uint8Array): Uint8Array {
  if (jfif.length < 14) throw new BadPicture('JFIF')
  const kept = jfif.slice(0, 14)
  kept.fill(0, 12)
  return kept
}

/** Entropy-coded data: up to the next FF that is neither stuffed nor a restart marker. */
function scanData(reader: Reader): Uint8Array {
  const { bytes, at: begin } = reader
  let at = begin
  for (;;) {
    at = bytes.indexOf(0xff, at)
    const next = at < 0 ? undefined : bytes[at + 1]
    if (next === undefined) throw new BadPicture('truncated')
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7)
    if (isData) at += 2
    // A fill byte before a marker.
    else if (next === 0xff) at += 1
    else break
  }
  reader.at = at
  return bytes.subarray(begin, at)
}

function segment(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2
  return join([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), payload])
}
