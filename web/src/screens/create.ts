// Making something whose answer may be lost: it is never sent again by itself.
import type { KithError } from 'kith-client'
import { errorFrom } from '../data/client'
import { invalidate } from '../data/resource'
import type { Faults } from '../ui/form'
import { w } from '../words'
import { faultsOf } from './errors'

/** Whether a call may have been done although nothing was answered. */
function isUnknown({ code, status }: KithError): boolean {
  return code === 'network' || status >= 500
}

/** The faults of a form that makes something; where nobody knows what became of it, the list is read anew. */
export const faultsOfCreate =
  (list: string) =>
  (thrown: unknown, names: ReadonlySet<string>): Faults => {
    if (!isUnknown(errorFrom(thrown)) || !navigator.onLine) return faultsOf(thrown, names)
    invalidate((key) => key.startsWith(list))
    return { fields: {}, whole: w.common.unknownSaved }
  }
