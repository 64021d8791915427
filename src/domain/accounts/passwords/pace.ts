// When the passwords' hashes are computed: one at a time, with time between two of them for all else that the
// isolate does, which stands still during each. This is memory of the isolate on purpose, and nobody waits
// for another request's promise: one that is broken off holds up none.

/** After a computation come no others for as long as it took, up to this, in milliseconds. */
export const longestRest = 250

let begun = 0
let restsUntil = 0

/** Computes something that holds up the isolate, once it is its turn. */
export async function paced<T>(compute: () => T): Promise<T> {
  await ownTurn()
  const since = Date.now()
  begun++
  restsUntil = since + longestRest
  const result = compute()
  // The platform's clock stands still meanwhile, and is right in the next turn.
  await scheduler.wait(0)
  const now = Date.now()
  restsUntil = now + Math.min(now - since, longestRest)
  return result
}

/** Until a turn of the event loop has passed in which nothing was computed, and the rest is over. */
async function ownTurn(): Promise<void> {
  let seen: number
  do {
    seen = begun
    // Each waits with a timer of its own.
    await scheduler.wait(Math.max(0, restsUntil - Date.now()))
  } while (seen !== begun || Date.now() < restsUntil)
}
