// The Range header (RFC 9110 §14): one range of bytes. Several at once are answered with the whole, as
// the RFC allows.

/** A part of a file, in bytes. */
export type ByteRange = { offset: number; length: number }

/**
 * The part that is asked for; null where the whole is (no range, one of another unit or form, or of
 * another version than `etag`).
 */
export function rangeOf(
  header: string | undefined,
  size: number,
  ifRange: string | undefined,
  etag: string,
): ByteRange | 'unsatisfiable' | null {
  if (ifRange !== undefined && ifRange.trim() !== etag) return null
  const [, first = '', last = ''] =
    /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  const [from, to] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
  if (last !== '' && Number(last) < from) return null
  return from >= size ? 'unsatisfiable' : { offset: from, length: to - from + 1 }
}
