// How a description of the service is answered.
import type { AppContext } from '../pipeline/app-env'

/** A document as JSON, kept for five minutes: it changes with a deployment alone. */
export function documentAnswer(c: AppContext, text: string): Response {
  return c.body(text, 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=300',
  })
}
