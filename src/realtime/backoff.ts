// When what failed is tried again: each time later, up to a cap, and never all at the same moment.

/** Waits in milliseconds: after the first failure, and at most. */
export type Waits = { first: number; most: number }

/** The wait after `attempts` failures before this one, in milliseconds: half of it is left to chance. */
export function backoff({ first, most }: Waits, attempts: number, chance = Math.random()): number {
  return Math.min(first * 2 ** attempts, most) * (0.5 + chance / 2)
}
