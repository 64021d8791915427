// Ids in paths.

/** An integer id out of a path. A malformed one becomes 0, which is nobody's: the same 404. */
export function integerId(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
