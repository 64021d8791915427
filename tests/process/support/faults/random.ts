// Chance that can be had again: a generator per writer, all of them out of one seed. What is asked for and
// when the runtime is killed is the same in a run with the same seed; how far the machine came is its own.

export type Random = {
  /** A whole number below `limit`. */
  below(limit: number): number
  /** True that often, of 1. */
  chance(of: number): boolean
  pick<T>(items: readonly T[]): T
}

/** The generator of a name under a seed (mulberry32). */
export function randomOf(seed: number, name: string): Random {
  let state = seed
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0)!, 0x9e3779b1)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, chance: (of) => next() < of, pick: (items) => items.at(below(items.length))! }
}
