// Times as clients read them.

/** ISO 8601 in UTC without a fraction: `2025-09-28T12:00:00Z`. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
