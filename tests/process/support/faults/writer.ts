// What every writer of the faults' storm has: it asks for one change after the other until the server is
// gone, and can say afterwards how each of its things stands in the storage.
import type { Ledger } from './ledger'
import type { Random } from './random'
import type { Account, Service } from './service'
import type { Storage } from './storage'

export type Stage = {
  service: Service
  random: Random
  /** Who writes, and with whom: writers may share people as long as each keeps to its own things. */
  one: Account
  other: Account
}

export type Writer = {
  name: string
  ledger: Ledger
  /** Asks for one change. */
  step(): Promise<void>
  /** So many steps make a round in which it has done something worth a kill; else `usualSteps`. */
  stepsAtLeast?: number
  /** Whether it has just asked for something big: a good moment for a kill. */
  isOnTheBrink?(): boolean
  /** How its things stand: by the names in its ledger. */
  look(storage: Storage): Map<string, string>
  /** What else must hold of its things while the server is down. */
  check?(storage: Storage): string[]
  /** Called while the server is up, when no more is asked for: waits for what is still under way. */
  end?(): Promise<void>
  /** What must hold of its things once nothing is under way any more. */
  atRest?(storage: Storage): string[]
}

/** See `stepsAtLeast`. */
export const usualSteps = 6

/** Words by key; a key that is there more than once is told, since then something was done twice. */
export function statesOf(entries: Iterable<readonly [string, string]>): Map<string, string> {
  const states = new Map<string, string>()
  for (const [key, state] of entries) {
    const before = states.get(key)
    states.set(key, before === undefined ? state : `${before} and ${state}`)
  }
  return states
}
