// The one client of the service, by the cookie door. What its calls throw is a `KithError`.
import { createClient, KithError } from 'kith-client'
import { endedElsewhere } from './device'

/** Everything that the service offers; a GET that found no network or no service is tried again. */
export const kith = createClient({
  baseUrl: location.origin,
  credentials: 'cookies',
  retry: { times: 2 },
  onSignedOut: () => void endedElsewhere(),
})

/** Whatever was thrown, as an error of the client. */
export function errorFrom(error: unknown): KithError {
  if (error instanceof KithError) return error
  return new KithError({ code: 'fault', message: String(error), cause: error })
}

/** The path of one of the service's own pictures; null for any other address. */
export function picturePath(address: string | null | undefined): string | null {
  if (!address) return null
  const { pathname } = new URL(address, location.origin)
  return pathname.startsWith('/media/') ? pathname : null
}
