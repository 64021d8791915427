// What is counted of a call: everything that Cloudflare bills, and the round trips to the database.

export type Counts = {
  /** Calls of the Worker. */
  requests: number
  /** Round trips to D1, those after the answer and those of the objects included. */
  trips: number
  /** Of them, those that a Durable Object waited for. */
  objectTrips: number
  rowsRead: number
  rowsWritten: number
  /** Durable Objects: calls, joins and alarms. */
  objectRequests: number
  /** Frames that sockets sent to an object. */
  objectMessages: number
  /** Rows of the objects' own storage, its keys and alarms included. */
  objectRowsRead: number
  objectRowsWritten: number
  kvReads: number
  kvWrites: number
  /** R2, class A (writes, lists) and class B (reads). */
  mediaWrites: number
  mediaReads: number
}

export const countNames = [
  'requests',
  'trips',
  'objectTrips',
  'rowsRead',
  'rowsWritten',
  'objectRequests',
  'objectMessages',
  'objectRowsRead',
  'objectRowsWritten',
  'kvReads',
  'kvWrites',
  'mediaWrites',
  'mediaReads',
] as const satisfies readonly (keyof Counts)[]

/** Every count made by a rule. */
export function eachCount(rule: (name: keyof Counts) => number): Counts {
  return Object.fromEntries(countNames.map((name) => [name, rule(name)])) as Counts
}

export const nothing: Counts = eachCount(() => 0)

export function add(...all: Counts[]): Counts {
  return eachCount((name) => all.reduce((sum, counts) => sum + counts[name], 0))
}

export function times(counts: Counts, factor: number): Counts {
  return eachCount((name) => counts[name] * factor)
}
