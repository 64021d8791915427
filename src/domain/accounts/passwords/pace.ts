// When the passwords' hashes are computed: one at a time, in the order in which they came, with time between two
// of them for all else that the isolate does, which stands still during each. This is memory of the isolate on
// purpose, and nobody waits for another request's promise: one that is broken off holds up none.

/** After a computation come no others for as long as it took, up to this, in milliseconds. */
export const longestRest = 250
/** Whoever misses so many turns of the event loop was broken off: nobody waits behind them any more. */
const mostMissed = 10

let begun = 0
/** When the last began that nobody has seen the end of yet. */
let since: number | null = null
let restsUntil = 0
/** Who waits, in the order in which they came. */
const waiting = new Set<object>()

/** Computes something that holds up the isolate, once it is its turn. */
export async function paced<T>(compute: () => T): Promise<T> {
  await ownTurn()
  begun++
  since = Date.now()
  try {
    return compute()
  } finally {
    await scheduler.wait(0)
    restLeft()
  }
}

/** Until a turn of the event loop has passed in which nothing was computed, the rest is over, and nobody came earlier. */
async function ownTurn(): Promise<void> {
  const own = {}
  let seen: number
  do {
    waiting.add(own)
    seen = begun
    // Each waits with a timer of its own.
    await scheduler.wait(restLeft())
  } while (seen !== begun || restLeft() > 0 || !(await isFirst(own)))
  waiting.delete(own)
}

async function isFirst(own: object): Promise<boolean> {
  const [first = own] = waiting
  if (first === own) return true
  const seen = begun
  for (let missed = 0; missed < mostMissed; missed++) {
    await scheduler.wait(1)
    if (seen !== begun || !waiting.has(first)) return false
  }
  waiting.delete(first)
  return false
}

/**
 * How long nothing is to be computed, in milliseconds. The platform's clock stands still during a computation and
 * is right in the next turn, whosever that is.
 */
function restLeft(): number {
  const now = Date.now()
  if (since !== null) restsUntil = now + Math.min(now - since, longestRest)
  since = null
  const left = restsUntil - now
  // Longer than any rest: the clock was set back.
  return left > longestRest ? 0 : Math.max(left, 0)
}
