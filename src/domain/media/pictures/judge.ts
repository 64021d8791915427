// What is a picture: PNG, JPEG, GIF or WebP by content, whole, within limits. Names and declared types
// say nothing. What is kept is written anew, so nothing but the picture gets through.
import { BadPicture, Reader, type Size, type Tally } from './bytes'
import { isGif, readGif } from './gif'
import { isJpeg, readJpeg } from './jpeg'
import { isPng, readPng } from './png'
import { isWebp, readWebp } from './webp'

/** A picture that may be stored: what is left of the file once its metadata are removed. */
export type Picture = Size & {
  type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  extension: 'png' | 'jpg' | 'gif' | 'webp'
  bytes: Uint8Array<ArrayBuffer>
}

/** Why a file is refused. */
export type PictureFault = 'not_picture' | 'picture_too_heavy' | 'picture_too_wide'

/** A file's size in bytes, a side in pixels, and all pixels of a picture, at most. */
export const maxPictureBytes = 2 * 1024 * 1024
const maxSide = 8192
const maxPixels = 40_000_000

const formats = [
  { is: isPng, read: readPng, type: 'image/png', extension: 'png' },
  { is: isJpeg, read: readJpeg, type: 'image/jpeg', extension: 'jpg' },
  { is: isGif, read: readGif, type: 'image/gif', extension: 'gif' },
  { is: isWebp, read: readWebp, type: 'image/webp', extension: 'webp' },
] as const

/**
 * The picture in a file's bytes, without its metadata (the orientation stays), or why there is none. Its
 * bytes are copied when it is known to be good, once; `tally` counts what was looked at and made.
 */
export function judgePicture(
  bytes: Uint8Array,
  tally: Tally = { parts: 0, buffers: 0 },
): Picture | PictureFault {
  if (bytes.length > maxPictureBytes) return 'picture_too_heavy'
  const format = formats.find(({ is }) => is(bytes))
  if (!format) return 'not_picture'
  try {
    const { type, extension } = format
    const { width, height, kept } = format.read(new Reader(bytes, tally))
    const fault = faultOf({ width, height })
    return fault ?? { type, extension, width, height, bytes: kept.written() }
  } catch (error) {
    if (error instanceof BadPicture) return 'not_picture'
    throw error
  }
}

function faultOf({ width, height }: Size): PictureFault | null {
  if (width === 0 || height === 0) return 'not_picture'
  const isTooWide = width > maxSide || height > maxSide || width * height > maxPixels
  return isTooWide ? 'picture_too_wide' : null
}
