// How many sign-ins are at work in an isolate: each computes a hash or two, and whatever else the isolate
// does waits for those. This is memory of the isolate on purpose: it guards the isolate's own processor.
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'

/** A request that is broken off may never end; its turn does after so long, in milliseconds. */
const longestTurn = 15_000
/** What a client is told to wait, in seconds. */
const retryAfter = 1

/** Whose turn it is, by request, and since when. */
const atWork = new Map<Context, number>()

/**
 * Runs work with passwords in it as one of the sign-ins at work. What a request does inside its own turn is
 * part of it.
 * @throws `service.busy` where there are as many as may be (`Rules.signInsAtOnce`)
 */
export async function inTurn<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  const end = takeTurn(ctx)
  try {
    return await work()
  } finally {
    end()
  }
}

/** Takes a turn for work that ends later, with the call of what it answers. @throws `service.busy` */
export function takeTurn(ctx: Context): () => void {
  if (atWork.has(ctx)) return () => {}
  // Not the context's clock, which tests set: this is about the processor's own time.
  const now = Date.now()
  // Either way: a clock may be set back.
  for (const [other, since] of atWork) {
    if (Math.abs(now - since) > longestTurn) atWork.delete(other)
  }
  if (atWork.size >= ctx.rules.signInsAtOnce) throw new DomainError('service.busy', { retryAfter })
  atWork.set(ctx, now)
  return () => atWork.delete(ctx)
}
