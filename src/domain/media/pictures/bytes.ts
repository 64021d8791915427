// Reading the bytes of picture files without making arrays of them. A file that ends too soon is a bad one,
// and so is one of more parts than any picture needs.

/** A file that ends before it should, or is not built as its format says. */
export class BadPicture extends Error {
  override name = 'BadPicture'
}

/** Width and height in pixels. */
export type Size = { width: number; height: number }

/** What judging a file has cost: the parts that were looked at, and the arrays of bytes that were made. */
export type Tally = { parts: number; buffers: number }

/** Chunks, segments or blocks of a file, at most: 5,000 frames of an animation. */
export const maxParts = 10_000

type Order = 'big' | 'little'

/** A cursor over a file's bytes, or over a range of them. @throws BadPicture past the end */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    readonly tally: Tally = { parts: 0, buffers: 0 },
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.at
  }

  /** Counts one more part. @throws BadPicture where there are too many */
  part(): void {
    if (++this.tally.parts > maxParts) throw new BadPicture('too many parts')
  }

  /** Passes the next `length` bytes. @returns where they begin */
  skip(length: number): number {
    if (length > this.left) throw new BadPicture('truncated')
    this.at += length
    return this.at - length
  }

  /** The next `length` bytes as a cursor of their own, which are passed here. */
  within(length: number): Reader {
    const begin = this.skip(length)
    return new Reader(this.bytes, this.tally, begin, begin + length)
  }

  /** Whether this ASCII text comes next. */
  startsWith(text: string): boolean {
    return text.length <= this.left && startsWith(this.bytes, text, this.at)
  }

  /** The next 4 bytes as ASCII: the name of a chunk. */
  name(): string {
    return String.fromCharCode(this.u8(), this.u8(), this.u8(), this.u8())
  }

  u8(): number {
    return this.#byte(this.skip(1))
  }

  #byte(place: number): number {
    return this.bytes[place]!
  }

  u16(order: Order): number {
    return this.#number(2, order)
  }

  u24Little(): number {
    return this.#number(3, 'little')
  }

  u32(order: Order): number {
    return this.#number(4, order)
  }

  #number(length: number, order: Order): number {
    const begin = this.skip(length)
    let value = 0
    for (let i = 0; i < length; i++) {
      value = value * 256 + this.#byte(order === 'big' ? begin + i : this.at - 1 - i)
    }
    return value
  }
}

/** Sees to it that each of these names comes once at most. */
export class Once {
  readonly #seen = new Set<string>()

  constructor(private readonly names: ReadonlySet<string>) {}

  /** @throws BadPicture at the second time */
  take(name: string): void {
    if (!this.names.has(name)) return
    if (this.#seen.has(name)) throw new BadPicture('twice')
    this.#seen.add(name)
  }
}

/** Whether this ASCII text stands at a place of `bytes`. */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false
  }
  return true
}

/** ASCII text as numbers. */
export function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

/** A number in 4 bytes. */
export function u32Bytes(value: number, order: Order): number[] {
  const big = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  return order === 'big' ? big : big.toReversed()
}
