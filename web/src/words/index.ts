// The words of the language that is shown.
import { en, type Words } from './en'

export type { Words }

/** English, so far. */
export const w: Words = en
