// How much one invocation does for jobs before it leaves the rest to the next: a Worker may make 1,000 calls.
import type { Budget, Clock, InTime } from '../domain/base/context'

/** Calls of objects, strangers and the database. */
export const mostCalls = 800
/** In milliseconds since it began. */
export const mostTime = 20_000

/** A budget that is spent by calling `call`. */
export function newBudget(now: Clock): Budget & { call(): void } {
  const began = now()
  let calls = 0
  return {
    call: () => void calls++,
    isSpent: () => calls >= mostCalls || now() - began >= mostTime,
  }
}

/** Counts what is waited for outside; a job is what makes calls, and none itself. */
export function counting(budget: { call(): void }, inTime: InTime): InTime {
  return (patience, work) => {
    if (patience !== 'job') budget.call()
    return inTime(patience, work)
  }
}
