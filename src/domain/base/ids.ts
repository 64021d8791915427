// Ids of plans and RSVPs: 24 hex digits, the first 8 the creation time in seconds.

/** A new id; `now` in milliseconds. */
export function newObjectId(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return seconds + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether a text has the form of an id, in lower case. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text)
}
