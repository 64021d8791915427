// Absolute links to what contract E's clients follow.
import type { AppContext } from '../pipeline/app-env'

/** The link of a permission group. */
export function groupLink(c: AppContext, id: number): string {
  return `${c.get('origin')}/groups/${id}/`
}
