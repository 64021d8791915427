// The encryption of pushes, to the byte of the standards' own examples.
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '../../src/domain/base/base64url'
import {
  encodeRecord,
  encryptPush,
  encryptWith,
  isPoint,
  maxBody,
  maxText,
} from '../../src/domain/push/encryption'

const bytes = (text: string) => fromBase64Url(text)!
const ecdh = { name: 'ECDH', namedCurve: 'P-256' }

/** RFC 8291, appendix A. */
const rfc8291 = {
  plaintext: 'V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24',
  ownPublic:
    'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  ownPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS' +
    '6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu' +
    'lcy4a-fN',
}

async function ownKeys(): Promise<CryptoKeyPair> {
  const [x, y] = [bytes(rfc8291.ownPublic).slice(1, 33), bytes(rfc8291.ownPublic).slice(33)]
  const facts = { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) }
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', { ...facts, d: rfc8291.ownPrivate }, ecdh, true, ['deriveBits']),
    crypto.subtle.importKey('jwk', facts, ecdh, true, []),
  ])
  return { privateKey, publicKey }
}

const browser = { p256dh: bytes(rfc8291.p256dh), auth: bytes(rfc8291.auth) }

it('is that of RFC 8291, appendix A, to the byte', async () => {
  const given = { keys: browser, own: await ownKeys(), salt: bytes(rfc8291.salt), padding: 0 }
  const body = await encryptWith(given, bytes(rfc8291.plaintext))
  expect(toBase64Url(body)).toBe(rfc8291.body)
})

it('has the record of RFC 8188, section 3.1, to the byte', async () => {
  const record = {
    material: bytes('yqdlZ-tYemfogSmv7Ws5PQ'),
    salt: bytes('I1BsxtFttlv3u_Oo94xnmw'),
    keyId: new Uint8Array(0),
    padding: 0,
  }
  const body = await encodeRecord(record, utf8ToBytes('I am the walrus'))
  expect(toBase64Url(body)).toBe(
    'I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg',
  )
})

describe('a body', () => {
  const text = (length: number) => new Uint8Array(length).fill(65)
  const lengthOf = async (length: number) => (await encryptPush(browser, text(length))).length

  it('tells of its text only in how many steps of 512 bytes it is, and is 3,000 bytes at most', async () => {
    const lengths = await Promise.all([0, 1, 511, 512, 1023, 2560, maxText].map(lengthOf))
    const [head, tag] = [86, 16]
    const padded = [512, 512, 512, 1024, 1024, 2898, 2898]
    expect(lengths).toEqual(padded.map((length) => head + length + tag))
    expect(Math.max(...lengths)).toBe(maxBody)
    await expect(encryptPush(browser, text(maxText + 1))).rejects.toThrow('too long')
  })

  it('has a salt and a key that no other has', async () => {
    const many = Array.from({ length: 200 }, () => encryptPush(browser, text(5)))
    const bodies = await Promise.all(many)
    const parts = (from: number, to: number) =>
      new Set(bodies.map((body) => toBase64Url(body.slice(from, to))))
    expect([parts(0, 16).size, parts(21, 86).size]).toEqual([200, 200])
  })
})

it('knows a point of the curve from what is none', async () => {
  expect(await isPoint(browser.p256dh)).toBe(true)
  const beside = browser.p256dh.slice()
  beside[64]! ^= 1
  for (const bad of [beside, browser.p256dh.slice(0, 64), new Uint8Array(65), new Uint8Array(0)]) {
    expect(await isPoint(bad)).toBe(false)
  }
})
