// Calls the objects of a page of people, some side by side, until all were or the invocation may call no more.
import type { Context } from '../base/context'
import { isInVain, itemOf, namedIn } from './items'
import type { Facts, Reader } from './pages'

/** So many objects are called side by side. */
const sideBySide = 20

/** How far a page was told: `upTo` in the event's audience, and who of these could not be called. */
export type Called = { upTo: number; failed: number[] }

/** Tells the readers of a page, in its order; who has not heard of earlier events waits for those. */
export async function callReaders(
  ctx: Context,
  page: readonly (Facts & Reader)[],
): Promise<Called> {
  const failed: number[] = []
  for (let at = 0; at < page.length; at += sideBySide) {
    const some = page.slice(at, at + sideBySide)
    const calls = startCalls(ctx, some)
    for (const userId of await Promise.all(calls)) if (userId !== null) failed.push(userId)
    if (calls.length < some.length) return { upTo: placeOf(page[at + calls.length]!), failed }
  }
  return { upTo: placeOf(page.at(-1)!) + 1, failed }
}

const placeOf = ({ place, cursor }: Facts & Reader): number => place ?? cursor

/** Each answers whom it could not tell. No further one begins once the budget is spent. */
function startCalls(ctx: Context, some: readonly (Facts & Reader)[]): Promise<number | null>[] {
  const calls: Promise<number | null>[] = []
  for (const reader of some) {
    if (ctx.budget.isSpent()) break
    calls.push(callReader(ctx, reader))
  }
  return calls
}

async function callReader(ctx: Context, reader: Facts & Reader): Promise<number | null> {
  const person = namedIn(reader)
  if (!person) return null
  if (reader.isBehind) return person.id
  if (isInVain(reader)) return null
  try {
    await ctx.people.deliver(person, [itemOf(ctx, reader)])
    return null
  } catch (error) {
    ctx.report('people.deliver', error)
    return person.id
  }
}
