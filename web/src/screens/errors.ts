// What went wrong, in words: by its code, else by its status; and a form's faults by field.
import type { KithError } from 'kith-client'
import { errorFrom } from '../data/client'
import { isOnline } from '../data/device'
import type { Faults } from '../ui/form'
import { w } from '../words'
import { codeWords } from '../words/errors'

/** An error in a sentence. */
export function errorText(thrown: unknown): string {
  const error = errorFrom(thrown)
  if (error.code === 'network') return isOnline.value ? w.error.network : w.error.offline
  if (error.code === 'throttled') return w.error.throttled(error.retryAfter ?? 60)
  if (error.code === 'unavailable') return w.error.unavailable
  return codeWords(error.code) ?? wordOfIssues(error) ?? w.error.other
}

function wordOfIssues(error: KithError): string | null {
  const [issue] = error.issues
  return issue ? codeWords(issue.code, issue.detail) : null
}

/** A form's faults: those of its fields at their fields, the others over it. */
export function faultsOf(thrown: unknown, names: ReadonlySet<string>): Faults {
  const error = errorFrom(thrown)
  const fields: Record<string, string> = {}
  const others: string[] = []
  for (const { path, code, detail } of error.issues) {
    const text = codeWords(code, detail) ?? w.error.other
    // A field of an object is named by its whole path, or by its last step.
    const name = [path.join('.'), path.at(-1) ?? ''].find((one) => names.has(one))
    if (name === undefined) others.push(text)
    else fields[name] ??= text
  }
  const whole = others.length > 0 ? others.join(' ') : null
  return { fields, whole: Object.keys(fields).length > 0 ? whole : (whole ?? errorText(error)) }
}
