// EXIF blocks (TIFF 6.0): of all that a camera writes there (place, time, device, thumbnail), only the
// orientation is needed to show the picture.
import { BadPicture, type Reader } from './bytes'

const orientationTag = 0x0112
const shortType = 3

/**
 * An EXIF block that holds the orientation of the given one and nothing else, or null where the picture
 * is upright or the block says nothing that can be read.
 */
export function orientationOnly(tiff: Reader): number[] | null {
  const orientation = orientationOf(tiff)
  if (orientation < 2 || orientation > 8) return null
  // Big-endian header, one directory at 8 with one entry, no next directory.
  const header = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]
  const entry = [orientationTag >> 8, orientationTag & 0xff, 0, shortType, 0, 0, 0, 1]
  return [...header, 0, 1, ...entry, 0, orientation, 0, 0, 0, 0, 0, 0]
}

function orientationOf(tiff: Reader): number {
  try {
    return readOrientation(tiff)
  } catch (error) {
    if (error instanceof BadPicture) return 0
    throw error
  }
}

function readOrientation(tiff: Reader): number {
  const begin = tiff.at
  if (!tiff.startsWith('II') && !tiff.startsWith('MM')) return 0
  const order = tiff.startsWith('II') ? 'little' : 'big'
  tiff.skip(2)
  if (tiff.u16(order) !== 42) return 0
  tiff.at = begin + tiff.u32(order)
  const entries = tiff.u16(order)
  for (let i = 0; i < entries; i++) {
    const [tag, type] = [tiff.u16(order), tiff.u16(order)]
    tiff.skip(4)
    const value = tiff.u16(order)
    tiff.skip(2)
    if (tag === orientationTag && type === shortType) return value
  }
  return 0
}
