// What every request carries through Hono.
import type { Context as HonoContext } from 'hono'
import type { Caller } from '../domain/accounts/callers'
import type { Context } from '../domain/context'
import type { Overrides } from './answers'

export type AppEnv = {
  Bindings: Env
  Variables: {
    context: Context
    requestId: string
    /** Where absolute links start: `PUBLIC_URL`, or the request's own origin. */
    origin: string
    /** Ours, and those of other web clients that the deployment lists (`CORS_ORIGINS`). */
    allowedOrigins: string[]
    /** Set by `signedIn`. */
    caller: Caller
    /** A route's own words for some errors (`answers`). */
    overrides?: Overrides
  }
}

export type AppContext = HonoContext<AppEnv>
