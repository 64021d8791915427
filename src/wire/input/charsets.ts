// Charsets and percent signs of forms: bytes to text, as whoever wrote them says.

/**
 * The decoder of a charset by its label (WHATWG Encoding), which throws where bytes are not of it; of UTF-8
 * where the label is missing or nobody's, and of UTF-16, in which no form can be written.
 */
export function decoderOf(label = 'utf-8'): TextDecoder {
  const known = knownDecoder(label.trim())
  return known && !known.encoding.startsWith('utf-16') ? known : knownDecoder('utf-8')!
}

function knownDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: false })
  } catch {
    return null
  }
}

/** The text of some bytes, or null where they are none in this charset. */
export function textIn(bytes: Uint8Array, decoder: TextDecoder): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

const percentSign = 0x25

/** Bytes without their `%XX`; a percent sign before anything else stands for itself (WHATWG URL). */
export function percentDecoded(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const isEscape = bytes[at] === percentSign && at + 2 < bytes.length
    const value = isEscape ? 16 * digit(bytes[at + 1]) + digit(bytes[at + 2]) : Number.NaN
    decoded[length++] = Number.isNaN(value) ? bytes[at]! : value
    if (!Number.isNaN(value)) at += 2
  }
  return decoded.subarray(0, length)
}

/** What a hexadecimal digit is worth; NaN for anything else. */
function digit(byte = 0): number {
  const character = String.fromCharCode(byte)
  return /[\da-f]/i.test(character) ? Number.parseInt(character, 16) : Number.NaN
}
