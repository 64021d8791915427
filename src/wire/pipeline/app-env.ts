// What every request carries through Hono.
import type { Context as HonoContext } from 'hono'
import type { Caller } from '../../domain/accounts'
import type { Context } from '../../domain/base/context'
import type { Overrides } from '../errors/answers'
import type { Takes } from '../input/bounds'

/** Somebody of a demo, with the password that everybody may use. */
export type DemoPerson = { username: string; password: string; about: string }

/** What a deployment has set about browsers (docs/settings.md). */
export type WireRules = {
  /** Whose pages may call with credentials, beside our own: exact origins. */
  corsOrigins: readonly string[]
  /** Whether a socket's address may hold an opaque token (`WS_TOKEN_IN_URL`). */
  tokenInSocketUrl: boolean
  /** Whom to tell of a weakness, as addresses of the web; without one, no security.txt. */
  securityContacts: readonly string[]
  cookieSameSite: 'Lax' | 'Strict' | 'None'
  /** Whether browsers are answered with the tokens beside their cookies (`TOKEN_DELIVERY`). */
  tokensInBody: boolean
  /** Whether the web app is served (`WEB_APP`). */
  hasApp: boolean
  /** What people know the service by (`APP_NAME`). */
  appName: string
  /** Of whom a demo's own machine may know how to sign in as them (`DEMO_PEOPLE`); nobody where there is a `PUBLIC_URL`. */
  demoPeople: readonly DemoPerson[]
}

/** What a request carries, as Hono's types want it. */
export type AppEnv = {
  Bindings: Env
  Variables: {
    context: Context
    wire: WireRules
    requestId: string
    /** Where absolute links start: `PUBLIC_URL`, or the request's own origin. */
    origin: string
    /** Set by `signedIn`. */
    caller: Caller
    /** Set by the doors: the account that has just signed in or was just made, for the log line. */
    signedInId?: number
    /** How long a body the route takes (`takes`), where it says so. */
    takes?: Takes
    /** A route's own words for some errors (`answers`). */
    overrides?: Overrides
  }
}

/** A request of ours, as handlers get it. */
export type AppContext = HonoContext<AppEnv>
