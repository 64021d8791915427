// EXIF blocks (TIFF 6.0): of all that a camera writes there (place, time, device, thumbnail), only the
// orientation is needed to show the picture.
import { BadPicture, Reader } from './bytes'

const orientationTag = 0x0112
const shortType = 3

/**
 * An EXIF block that holds the orientation of the given one and nothing else, or null where the picture
 * is upright or the block says nothing that can be read.
 */
export function orientationOnly(tiff: Uint8Array): Uint8Array | null {
  const orientation = orientationOf(tiff)
  if (orientation < 2 || orientation > 8) return null
  // Big-endian header, one directory at 8 with one entry, no next directory.
  const header = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]
  const entry = [orientationTag >> 8, orientationTag & 0xff, 0, shortType, 0, 0, 0, 1]
  return Uint8Array.of(...header, 0, 1, ...entry, 0, orientation, 0, 0, 0, 0, 0, 0)
}

function orientationOf(tiff: Uint8Array): number {
  try {
    const reader = new Reader(tiff)
    const mark = reader.ascii(2)
    if (mark !== 'II' && mark !== 'MM') return 0
    const order = mark === 'II' ? 'little' : 'big'
    if (reader.u16(order) !== 42) return 0
    reader.at = reader.u32(order)
    const entries = reader.u16(order)
    for (let i = 0; i < entries; i++) {
      const [tag, type] = [reader.u16(order), reader.u16(order)]
      reader.take(4)
      const value = reader.u16(order)
      reader.take(2)
      if (tag === orientationTag && type === shortType) return value
    }
    return 0
  } catch (error) {
    if (error instanceof BadPicture) return 0
    throw error
  }
}
