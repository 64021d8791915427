// Pictures that the demo draws for itself, as PNG (ISO/IEC 15948): 8 bits a colour, no filter.
import { crc32, deflateSync } from 'node:zlib'

/** @typedef {[red: number, green: number, blue: number]} Colour */

/**
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => Colour} colourAt
 */
function png(width, height, colourAt) {
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows.set(colourAt(x, y), y * (1 + width * 3) + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Bit depth 8, colour type 2: red, green, blue.
  header.set([8, 2], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(typed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}

/**
 * A picture for a name: five by five squares, the left half mirrored, in the name's own colour.
 * @param {string} name
 */
export function avatar(name) {
  const seed = crc32(name)
  const colour = /** @type {Colour} */ (
    [0, 8, 16].map((shift) => 60 + (((seed >>> shift) & 255) * 130) / 255)
  )
  const size = 160
  const square = size / 5
  return png(size, size, (x, y) => {
    const column = Math.min(Math.floor(x / square), 4 - Math.floor(x / square))
    const bit = Math.floor(y / square) * 3 + column
    return (seed >>> bit) & 1 ? colour : [240, 240, 244]
  })
}

/** A sunset over water, for a chat. */
export function sunset() {
  const [width, height] = [320, 200]
  const horizon = 130
  return png(width, height, (x, y) => {
    const isSun = (x - 160) ** 2 + (y - 118) ** 2 < 34 ** 2 && y < horizon
    if (isSun) return [255, 236, 170]
    if (y < horizon) return [250 - y / 3, 110 + y / 1.6, 90 + y / 4]
    const glitter = Math.abs(x - 160) < 46 - (y - horizon) / 3 && y % 6 < 2
    return glitter ? [250, 190, 120] : [60 - (y - horizon) / 4, 70, 120]
  })
}
