// What judging a picture may cost, whoever made it: a bounded number of parts, and one array of bytes, which
// is made when the verdict is good.
import { describe, expect, it } from 'vitest'
import { judgePicture } from '../../src/domain/media/pictures/judge'
import * as file from '../support/pictures'

const twoMiB = 2 * 1024 * 1024
const maxParts = 10_000

/** The same bytes again and again. */
function repeated(part: Uint8Array, times: number): Uint8Array {
  const whole = new Uint8Array(part.length * times)
  for (let at = 0; at < whole.length; at += part.length) whole.set(part, at)
  return whole
}

/** As many as a file of 2 MiB holds beside what it needs. */
const filledWith = (part: Uint8Array) => repeated(part, Math.floor((twoMiB - 1000) / part.length))

/** Parts one after the other; `file.bytes` would spread them. */
function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A picture with `more` in it, at the place where its format has such things. */
const inside = {
  png: (more: Uint8Array) => joined(file.png().subarray(0, 33), more, file.png().subarray(33)),
  jpeg: (more: Uint8Array) => joined(file.jpeg().subarray(0, 20), more, file.jpeg().subarray(20)),
  gif: (more: Uint8Array) => joined(file.gif().subarray(0, 19), more, file.gif().subarray(19)),
  webp(more: Uint8Array) {
    const whole = joined(file.webp(file.bytes()), more)
    new DataView(whole.buffer).setUint32(4, whole.length - 8, true)
    return whole
  },
}

function judged(bytes: Uint8Array) {
  const tally = { parts: 0, buffers: 0 }
  const picture = judgePicture(bytes, tally)
  return { verdict: typeof picture === 'string' ? picture : picture.type, ...tally }
}

const alph = file.webpChunk('ALPH', '')
const frame = file.webpChunk('ANMF', file.bytes(new Uint8Array(16), file.webp().subarray(12)))
const control = file.bytes('!\xf9\x04\0\0\0\0\0')
const gifFrame = file.bytes(control, file.gifImage)

describe('a file of too many parts', () => {
  it.each([
    ['PNG: empty data', inside.png(filledWith(file.pngChunk('IDAT')))],
    ['PNG: empty texts', inside.png(filledWith(file.pngChunk('tEXt')))],
    ['PNG: private chunks', inside.png(filledWith(file.pngChunk('prVt')))],
    ['JPEG: Huffman tables', inside.jpeg(filledWith(file.jpegSegment(0xc4, new Uint8Array(17))))],
    ['JPEG: empty Huffman tables', inside.jpeg(filledWith(file.jpegSegment(0xc4, '')))],
    ['JPEG: quantisation tables', inside.jpeg(filledWith(file.jpegSegment(0xdb, '')))],
    ['JPEG: restart intervals', inside.jpeg(filledWith(file.jpegSegment(0xdd, '\0\0')))],
    ['JPEG: application data', inside.jpeg(filledWith(file.jpegSegment(0xe5, '')))],
    ['JPEG: EXIF', inside.jpeg(filledWith(file.jpegSegment(0xe1, 'Exif\0\0')))],
    ['JPEG: JFIF', inside.jpeg(filledWith(file.jpeg().subarray(2, 20)))],
    ['JPEG: Adobe’s colours', inside.jpeg(filledWith(file.jpegSegment(0xee, 'Adobe')))],
    ['JPEG: comments', inside.jpeg(filledWith(file.jpegSegment(0xfe, '')))],
    [
      'JPEG: tables and comments in turn',
      inside.jpeg(filledWith(file.bytes([0xff, 0xdd, 0, 2, 0xff, 0xfe, 0, 2]))),
    ],
    ['GIF: controls', inside.gif(filledWith(control))],
    ['GIF: empty comments', inside.gif(filledWith(file.bytes('!\xfe\0')))],
    ['GIF: loop counts', inside.gif(filledWith(file.bytes('!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0')))],
    ['GIF: frames', inside.gif(filledWith(gifFrame))],
    ['WebP: unknown chunks', inside.webp(filledWith(file.webpChunk('note', '')))],
    ['WebP: EXIF', inside.webp(filledWith(file.webpChunk('EXIF', '')))],
    ['WebP: frames', inside.webp(filledWith(frame))],
    ['WebP: chunks in a frame', inside.webp(framed(filledWith(file.webpChunk('note', ''))))],
  ])('is no picture, after 10,000 of them (%s)', (_what, bytes) => {
    expect(bytes.length).toBeLessThanOrEqual(twoMiB)
    expect(judged(bytes)).toEqual({ verdict: 'not_picture', parts: maxParts + 1, buffers: 0 })
  })

  it('is a GIF whose data lie in a million pieces', () => {
    const pieces = filledWith(file.bytes([1, 0]).map((byte) => byte || 7))
    const bytes = inside.gif(joined(file.gifImage.subarray(0, 11), pieces, file.bytes([0])))
    expect(judged(bytes)).toEqual({ verdict: 'not_picture', parts: 1, buffers: 0 })
  })
})

describe('what may stand once', () => {
  const vp8l = file.webpChunk('VP8L', file.bytes([0x2f, 0, 0, 0, 0]))
  it.each([
    ['PLTE', file.png(twice(file.pngChunk('PLTE', 'rgb')))],
    ['tRNS', file.png(twice(file.pngChunk('tRNS', 'xx')))],
    ['iCCP', file.png(twice(file.pngChunk('iCCP', 'profile')))],
    ['eXIf', file.png(twice(file.pngChunk('eXIf', file.exif(6))))],
    ['acTL', file.png(twice(file.pngChunk('acTL', '\0\0\0\x01\0\0\0\0')))],
    ['ALPH', file.webp(twice(alph))],
    ['ANIM', file.webp(twice(file.webpChunk('ANIM', new Uint8Array(6))))],
    ['ICCP', file.webp(twice(file.webpChunk('ICCP', 'profile')))],
    ['VP8X', file.webp(file.webpChunk('VP8X', new Uint8Array(10)))],
    ['VP8 and VP8L', file.webp(vp8l)],
    ['ALPH in a frame', file.webp(framed(file.bytes(twice(alph), file.webp().subarray(12))))],
    ['VP8 in a frame', file.webp(framed(twice(file.webp().subarray(12))))],
  ])('makes a file that has it twice no picture: %s', (_what, bytes) => {
    expect(judgePicture(bytes)).toBe('not_picture')
  })

  it.each([
    ['as 262,140 empty ALPH', inside.webp(filledWith(alph)), 'not_picture'],
    ['as 149,000 VP8L', inside.webp(filledWith(vp8l)), 'not_picture'],
    ['as 160,000 PLTE', inside.png(filledWith(file.pngChunk('PLTE'))), 'not_picture'],
  ])('ends the reading at its second one: %s', (_what, bytes, verdict) => {
    const { parts, ...rest } = judged(bytes)
    expect([rest, parts <= 4]).toEqual([{ verdict, buffers: 0 }, true])
  })

  it.each([
    ['JFIF', inside.jpeg(twice(file.jpeg().subarray(2, 20))), file.jpeg()],
    ['the loop of a GIF', file.gif(twice(loop())), file.gif(loop())],
    ['the control of a GIF’s frame', file.gif(twice(control)), file.gif(control)],
  ])('is kept once where readers take several: %s', (_what, bytes, expected) => {
    expect(judgePicture(bytes)).toMatchObject({ bytes: expected })
  })
})

describe('an honest picture', () => {
  const row = (length: number) => file.bytes([length], new Uint8Array(length))
  const data = (length: number) => repeated(row(255), Math.floor(length / 256))
  const chunk = file.pngChunk('IDAT', new Uint8Array(8192))
  it.each([
    [
      'a GIF of one frame',
      inside.gif(joined(file.gifImage.subarray(0, 11), data(2_090_000), file.bytes([0]))),
      3,
    ],
    [
      'a GIF of 4,000 frames of a few hundred bytes',
      inside.gif(
        repeated(file.bytes(control, file.gifImage.subarray(0, 11), row(255), row(200), [0]), 4000),
      ),
      8002,
    ],
    ['a PNG of chunks of 8 KiB', inside.png(repeated(chunk, 250)), 253],
    ['a JPEG of one scan', file.jpeg(), 6],
    ['a WebP of 3,000 frames', inside.webp(repeated(frame, 3000)), 6002],
  ])('is taken, and copied once: %s', (_what, bytes, parts) => {
    const { verdict, ...cost } = judged(bytes)
    expect(verdict).toMatch(/^image/)
    expect(cost).toEqual({ parts, buffers: 1 })
  })

  it('that is too wide is not copied', () => {
    const { buffers } = judged(file.png(file.bytes(), 8193, 1))
    expect(buffers).toBe(0)
  })
})

describe('what a frame of a WebP holds', () => {
  it('beside its picture is left out', () => {
    const picture = file.webp().subarray(12)
    const secret = file.webpChunk('XMP ', file.secret)
    const bytes = file.webp(framed(file.bytes(picture, secret)))
    expect(judgePicture(bytes)).toMatchObject({ bytes: plain(file.webp(framed(picture))) })
  })
})

function framed(chunks: Uint8Array): Uint8Array {
  const length = 16 + chunks.length
  const head = file.bytes('ANMF', new Uint8Array(20))
  new DataView(head.buffer).setUint32(4, length, true)
  return joined(head, chunks)
}

function twice(part: Uint8Array): Uint8Array {
  return joined(part, part)
}

function loop(): Uint8Array {
  return file.bytes('!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0')
}

/** An extended WebP whose flags say that there is neither EXIF nor XMP. */
function plain(webp: Uint8Array): Uint8Array {
  return webp.map((byte, at) => (at === 20 ? byte & ~0x0c : byte))
}
