// What is kept of a file: ranges, as numbers, that are measured while the file is walked, and copied into one
// array when the verdict is good.
import type { Reader, Size } from './bytes'

/** A picture that was measured and not copied yet. */
export type Measured = Size & { kept: Kept }

/** The ranges of a file that are kept, and bytes of our own beside and among them. */
export class Kept {
  /** How many bytes are kept so far, without those of our own. */
  length = 0
  /** By threes: where it goes, where it begins and ends in the file. */
  readonly #ranges: number[] = []
  /** By twos: a place and its byte. */
  readonly #patches: number[] = []
  #ours: { at: number; bytes: readonly number[] } = { at: 0, bytes: [] }

  constructor(private readonly reader: Reader) {}

  /** Keeps a range of the file. @returns the place that its first byte gets */
  range(begin: number, end: number): number {
    const place = this.length
    this.length += end - begin
    const ranges = this.#ranges
    // What follows what was kept before it makes one range with that.
    if (ranges.at(-1) === begin) ranges[ranges.length - 1] = end
    else ranges.push(place, begin, end)
    return place
  }

  /** Adds a byte of zero. */
  zero(): void {
    // An empty range, which nothing follows.
    this.#ranges.push(this.length++, 0, 0)
  }

  /** Writes these bytes over what is kept from a place on. */
  patch(place: number, bytes: readonly number[]): void {
    for (const [i, byte] of bytes.entries()) this.#patches.push(place + i, byte)
  }

  /** Puts bytes of our own at a place, once for each file. */
  insert(bytes: readonly number[], at = this.length): void {
    this.#ours = { at, bytes }
  }

  /** The new file. */
  written(): Uint8Array<ArrayBuffer> {
    this.reader.tally.buffers++
    const { at, bytes } = this.#ours
    const file = new Uint8Array(this.length + bytes.length)
    this.#copyTo(file)
    file.copyWithin(at + bytes.length, at, this.length)
    file.set(bytes, at)
    return file
  }

  #copyTo(file: Uint8Array): void {
    const { bytes } = this.reader
    const [ranges, patches] = [this.#ranges, this.#patches]
    for (let i = 0; i < ranges.length; i += 3) {
      const shift = ranges[i]! - ranges[i + 1]!
      // Byte by byte: a view for each of thousands of ranges would cost more.
      for (let from = ranges[i + 1]!; from < ranges[i + 2]!; from++) {
        file[from + shift] = bytes[from]!
      }
    }
    for (let i = 0; i < patches.length; i += 2) file[patches[i]!] = patches[i + 1]!
  }
}
