// Reading and joining the bytes of picture files. A file that ends too soon is a bad one.

/** A file that ends before it should, or is not built as its format says. */
export class BadPicture extends Error {
  override name = 'BadPicture'
}

/** Width and height in pixels. */
export type Size = { width: number; height: number }

/** A cursor over a file's bytes. @throws BadPicture past the end */
export class Reader {
  readonly #view: DataView
  at: number

  constructor(
    readonly bytes: Uint8Array,
    at = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    if (length > this.left) throw new BadPicture('truncated')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** The next `length` bytes as ASCII. */
  ascii(length: number): string {
    return asciiOf(this.take(length))
  }

  u8(): number {
    return this.take(1)[0]!
  }

  u16(order: 'big' | 'little'): number {
    this.take(2)
    return this.#view.getUint16(this.at - 2, order === 'little')
  }

  u24Little(): number {
    const [low, middle, high] = this.take(3)
    return low! | (middle! << 8) | (high! << 16)
  }

  u32(order: 'big' | 'little'): number {
    this.take(4)
    return this.#view.getUint32(this.at - 4, order === 'little')
  }
}

/** Bytes as ASCII text. */
export function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

/** ASCII text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Whether `bytes` begin with this ASCII text. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && asciiOf(bytes.subarray(0, text.length)) === text
}

/** The parts one after the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A number in 4 bytes. */
export function u32Bytes(value: number, order: 'big' | 'little'): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, order === 'little')
  return bytes
}
