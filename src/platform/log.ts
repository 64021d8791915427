// Log lines: one JSON object each. Never a body, a query string, a header, a name or an address.

/** What a log line may hold. */
export type LogFields = Record<string, string | number | boolean | null | undefined>

/** Writes a line about something that went as it should. */
export function logEvent(event: string, fields: LogFields = {}): void {
  console.log(JSON.stringify({ event, ...fields }))
}

/** Writes a line about a fault of ours, with its cause. */
export function logError(event: string, error: unknown, fields: LogFields = {}): void {
  console.error(JSON.stringify({ event, ...fields, cause: causeOf(error) }))
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : ` — caused by ${causeOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
