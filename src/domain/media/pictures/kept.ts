// What is kept of a file: ranges, as numbers, that are measured while the file is walked, and copied into one
// array when the verdict is good.
import type { Reader, Size } from './bytes'

/** A picture that was measured and not copied yet. */
export type Measured = Size & { kept: Kept }

/** The ranges of a file that are kept, and bytes of our own beside and among them. */
export class Kept {
  /** How many bytes are kept so far, without those of our own. */
  length = 0
  /** Where each goes, where it begins and ends in the file. */
  readonly #ranges: { place: number; begin: number; end: number }[] = []
  readonly #patches: { place: number; byte: number }[] = []
  #ours: { at: number; bytes: readonly number[] } = { at: 0, bytes: [] }

  constructor(private readonly reader: Reader) {}

  /** Keeps a range of the file. @returns the place that its first byte gets */
  range(begin: number, end: number): number {
    const place = this.length
    this.length += end - begin
    const last = this.#ranges.at(-1)
    // What follows what was kept before it makes one range with that.
    if (last?.end === begin) last.end = end
    else this.#ranges.push({ place, begin, end })
    return place
  }

  /** Adds a byte of zero. */
  zero(): void {
    // An empty range, which nothing follows.
    this.#ranges.push({ place: this.length++, begin: 0, end: 0 })
  }

  /** Writes these bytes over what is kept from a place on. */
  patch(place: number, bytes: readonly number[]): void {
    for (const [i, byte] of bytes.entries()) this.#patches.push({ place: place + i, byte })
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
    for (const { place, begin, end } of this.#ranges) {
      // Byte by byte: a view for each of thousands of ranges would cost more.
      for (let from = begin; from < end; from++) file[place + from - begin] = bytes[from]!
    }
    for (const { place, byte } of this.#patches) file[place] = byte
  }
}
