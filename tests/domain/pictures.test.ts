// What counts as a picture, and what is left of one.
import { describe, expect, it } from 'vitest'
import { judgePicture, type Picture } from '../../src/domain/media/pictures/judge'
import * as file from '../support/pictures'

const kept = (bytes: Uint8Array) => {
  const judged = judgePicture(bytes)
  if (typeof judged === 'string') throw new Error(judged)
  return judged
}
const shape = ({ type, extension, width, height }: Picture) => ({ type, extension, width, height })

describe('a picture', () => {
  it.each([
    [file.png(), { type: 'image/png', extension: 'png', width: 1, height: 1 }],
    [file.jpeg(), { type: 'image/jpeg', extension: 'jpg', width: 1, height: 1 }],
    [file.gif(), { type: 'image/gif', extension: 'gif', width: 1, height: 1 }],
    [file.webp(), { type: 'image/webp', extension: 'webp', width: 1, height: 1 }],
  ])('is known by its content', (bytes, expected) => {
    expect(shape(kept(bytes))).toEqual(expected)
  })

  it.each([
    ['PNG', file.png()],
    ['JPEG', file.jpeg()],
    ['GIF', file.gif()],
    ['WebP', file.webp()],
  ])('without metadata stays as it is: %s', (_format, bytes) => {
    expect(kept(bytes).bytes).toEqual(bytes)
  })

  const { secret } = file
  const xmp = `http://ns.adobe.com/xap/1.0/\0${secret}`
  const gifXmp = file.bytes('!', [0xff, 11], 'XMP DataXMP', [secret.length], secret, [0])
  it.each([
    ['text', file.png(file.pngChunk('tEXt', `Comment\0${secret}`))],
    ['compressed text', file.png(file.pngChunk('zTXt', secret))],
    ['international text', file.png(file.pngChunk('iTXt', secret))],
    ['the time', file.png(file.pngChunk('tIME', secret))],
    ['EXIF', file.png(file.pngChunk('eXIf', file.exif(1)))],
    ['a private chunk', file.png(file.pngChunk('prVt', secret))],
    ['what follows a PNG', file.bytes(file.png(), secret)],
    ['EXIF', file.jpeg(file.jpegSegment(0xe1, file.bytes('Exif\0\0', file.exif(1))))],
    ['XMP', file.jpeg(file.jpegSegment(0xe1, xmp))],
    ['IPTC', file.jpeg(file.jpegSegment(0xed, `Photoshop 3.0\0${secret}`))],
    ['a comment', file.jpeg(file.jpegSegment(0xfe, secret))],
    ['an unknown segment', file.jpeg(file.jpegSegment(0xe5, secret))],
    ['further pictures (MPF)', file.jpeg(file.jpegSegment(0xe2, `MPF\0${secret}`))],
    ['a thumbnail', file.jpeg(file.jpegSegment(0xe0, `JFXX\0${secret}`))],
    ['what follows a JPEG', file.bytes(file.jpeg(), secret)],
    ['a comment', file.gif(file.bytes('!', [0xfe, secret.length], secret, [0]))],
    ['XMP', file.gif(gifXmp)],
    ['text', file.gif(file.bytes('!', [0x01, secret.length], secret, [0]))],
    ['what follows a GIF', file.bytes(file.gif(), secret)],
    ['EXIF', file.webp(file.webpChunk('EXIF', file.exif(1)))],
    ['XMP', file.webp(file.webpChunk('XMP ', secret))],
    ['an unknown chunk', file.webp(file.webpChunk('note', secret))],
    ['what follows a WebP', file.bytes(file.webp(), secret)],
  ])('loses %s', (_what, bytes) => {
    const picture = kept(bytes)
    expect(file.holds(bytes, secret)).toBe(true)
    expect(file.holds(picture.bytes, secret)).toBe(false)
    // What is left is a picture by itself, and nothing more can be taken away.
    expect(kept(picture.bytes)).toEqual(picture)
  })

  it.each([
    ['PNG', file.png(file.pngChunk('eXIf', file.exif(6)))],
    ['JPEG', file.jpeg(file.jpegSegment(0xe1, file.bytes('Exif\0\0', file.exif(6))))],
    ['WebP', file.webp(file.webpChunk('EXIF', file.exif(6)))],
  ])('keeps its orientation and nothing else of EXIF: %s', (_format, bytes) => {
    const picture = kept(bytes)
    expect(file.holds(picture.bytes, secret)).toBe(false)
    const orientation = file.bytes('MM\0*', [0, 0, 0, 8, 0, 1], [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])
    expect(file.holds(picture.bytes, new TextDecoder('latin1').decode(orientation))).toBe(true)
    expect(kept(picture.bytes)).toEqual(picture)
  })

  it.each([
    ['a colour profile', file.jpeg(file.jpegSegment(0xe2, 'ICC_PROFILE\0\x01\x01profile'))],
    ['the colours of Adobe', file.jpeg(file.jpegSegment(0xee, 'Adobe\0\x64\0\0\0\0\x01'))],
    ['a colour profile', file.png(file.pngChunk('iCCP', 'profile'))],
    ['transparency', file.png(file.pngChunk('tRNS', 'xx'))],
    ['the loop of an animation', file.gif(file.bytes('!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0'))],
  ])('keeps %s', (_what, bytes) => {
    expect(kept(bytes).bytes).toEqual(bytes)
  })

  it('says in an extended WebP that no EXIF and no XMP are left', () => {
    const picture = kept(file.webp(file.webpChunk('XMP ', file.secret)))
    expect(picture.bytes[20]).toBe(0)
  })
})

describe('no picture', () => {
  const whole = { png: file.png(), jpeg: file.jpeg(), gif: file.gif(), webp: file.webp() }
  it.each(Object.entries(whole))('is a %s that was cut off, wherever', (_format, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, judgePicture(bytes.subarray(0, length))]).toEqual([length, 'not_picture'])
    }
  })

  it.each([
    ['nothing', file.bytes()],
    ['an SVG', file.bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['an SVG with a declaration', file.bytes('<?xml version="1.0"?><svg><script/></svg>')],
    ['HTML', file.bytes('<!doctype html><script>alert(1)</script>')],
    ['a script', file.bytes('alert(1)')],
    ['a BMP', file.bytes('BM', new Uint8Array(60))],
    ['a PDF', file.bytes('%PDF-1.7')],
    ['a GIF that is a script', file.bytes('GIF89a/*', new Uint8Array(20), '*/=1;alert(1)')],
    ['a PNG header and HTML', file.bytes('\x89PNG\r\n\x1a\n', '<script>alert(1)</script>')],
    ['a PNG without a header', file.bytes('\x89PNG\r\n\x1a\n', file.pngChunk('IEND'))],
    ['a PNG without data', file.bytes(file.png().subarray(0, 33), file.pngChunk('IEND'))],
    ['a PNG with a wrong checksum', file.png().map((byte, at) => (at === 45 ? byte ^ 1 : byte))],
    ['a PNG with a second header', file.png(file.pngHeader(1, 1))],
    ['a PNG of an unknown critical chunk', file.png(file.pngChunk('EVIL', 'x'))],
    ['a PNG of no width', file.png(file.bytes(), 0, 1)],
    ['a JPEG with two frames', file.jpeg(file.jpegFrame(1, 1))],
    ['a lossless JPEG', file.jpeg(file.jpegSegment(0xc3, '\x08\0\x01\0\x01\x01\x01\x11\0'))],
    ['a JPEG with a scan before its frame', file.jpeg(file.jpegScan)],
    ['a JPEG of no height', file.jpeg(file.bytes(), 1, 0)],
    ['a JPEG with a segment of length 1', file.jpeg(file.bytes([0xff, 0xfe, 0, 1]))],
    ['a GIF without a picture', file.bytes(file.gif().subarray(0, 19), ';')],
    ['a WebP without a picture', file.bytes('RIFF', [4, 0, 0, 0], 'WEBP')],
    ['a WAV', file.bytes('RIFF', [4, 0, 0, 0], 'WAVE')],
  ])('is %s', (_what, bytes) => {
    expect(judgePicture(bytes)).toBe('not_picture')
  })

  it.each([
    ['a PNG header', file.png(file.bytes(), 50_000, 50_000)],
    ['a JPEG header', file.jpeg(file.bytes(), 50_000, 50_000)],
    ['a GIF header', file.gif(file.bytes(), 50_000, 50_000)],
    ['a WebP canvas', file.webp(file.bytes(), 50_000, 50_000)],
    ['one side', file.png(file.bytes(), 8193, 1)],
    ['all pixels', file.png(file.bytes(), 8000, 5001)],
    [
      'a GIF frame beyond its canvas',
      file.gif(file.gifImage.map((byte, at) => (at === 6 ? 0xc3 : byte))),
    ],
  ])('is one too large by %s', (_what, bytes) => {
    expect(judgePicture(bytes)).toBe('picture_too_wide')
  })

  it('is one of more than 2 MiB', () => {
    const heavy = file.png(file.pngChunk('IDAT', new Uint8Array(2 * 1024 * 1024)))
    expect(judgePicture(heavy)).toBe('picture_too_heavy')
    expect(shape(kept(file.png(file.bytes(), 8000, 5000)))).toMatchObject({ width: 8000 })
  })

  it('is no WebP of frames within frames', () => {
    const frame = 24
    const frames = new Uint8Array(20_000 * frame)
    const view = new DataView(frames.buffer)
    for (let at = 0; at < frames.length; at += frame) {
      frames.set(file.bytes('ANMF'), at)
      view.setUint32(at + 4, frames.length - at - 8, true)
    }
    expect(judgePicture(file.webpChunk('RIFF', file.bytes('WEBP', frames)))).toBe('not_picture')
  })
})
