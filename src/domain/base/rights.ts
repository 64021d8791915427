// What staff may do: a closed list, and which of the two groups has which right.

const all = ['administrators', 'staff'] as const
const administrators = ['administrators'] as const

/** By right: the groups that have it. */
export const rights = {
  'people.read': all,
  'figures.read': all,
  'jobs.read': all,
  'cases.read': all,
  /** Lifting and restoring too. */
  'people.suspend': all,
  'people.sessions': all,
  'cases.decide': all,
  'people.factors': administrators,
  'people.age': administrators,
  'people.export': administrators,
  'people.erase': administrators,
  'audit.read': administrators,
  'settings.read': administrators,
  'jobs.manage': administrators,
  'webhooks.manage': administrators,
  'imports.read': administrators,
} as const satisfies Record<string, readonly ('administrators' | 'staff')[]>

/** What staff may do, one by one. */
export type Right = keyof typeof rights
