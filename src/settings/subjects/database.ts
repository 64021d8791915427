// Which database.
import type { Setting } from './setting'

/** The settings of this subject by their names. */
export const database = {
  LIBSQL_URL: { fallback: '', shown: 'D1', about: 'a libSQL database over HTTP instead of D1' },
} as const satisfies Record<string, Setting>
