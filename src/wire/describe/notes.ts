// What the pieces of a route's line say of themselves, so that /openapi.json is made from the routes as
// they are: the check of a body notes its shape, `signedIn` that a credential is needed, and so on.
import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { ErrorCode } from '../../domain/base/errors'
import type { Overrides } from '../errors/answers'
import type { AppEnv } from '../pipeline/app-env'
import type { Takes } from '../input/bounds'

/** Who a route's clients are: the contract they follow, or what no contract has; `start` for newcomers. */
export type Tag = 'start' | 'A' | 'B' | 'C' | 'D' | 'E' | 'live' | 'more' | 'service'

/** An answer that is no JSON. */
export type OtherAnswer = {
  description: string
  /** The media type of its body; none where it has no body. */
  type?: string
  /** Headers that it has, with what they say. */
  headers?: Record<string, string>
}

/** How a request proves who it is from, in the names of the document's security schemes. */
export type SchemeName =
  | 'bearer'
  | 'opaqueToken'
  | 'bareToken'
  | 'accessCookie'
  | 'refreshCookie'
  | 'refreshHeader'
  | 'refreshBearer'
  | 'ticket'
  | 'tokenInUrl'

/** What a route says of itself. */
export type Endpoint = {
  tags: readonly [Tag, ...Tag[]]
  /** One line: what it does. */
  summary: string
  /** What a client has to know beside it, in Markdown. */
  description?: string
  /** The successes, by status. */
  answers: Record<number, z.ZodType | OtherAnswer>
  /** What its verb may refuse with, beside what the pieces of its line refuse. */
  errors?: readonly ErrorCode[]
  /** A body as its clients send one; one for each shape where the route takes two. */
  examples?: readonly unknown[]
  /** Credentials, where they are not those of `signedIn`. `null` stands for none. */
  security?: readonly (SchemeName | null)[]
  /** Query parameters that no shape checks, with what they say. */
  parameters?: Record<string, string>
  /** The path as a client writes it, where the route's own pattern is not it. */
  path?: string
}

/** What is known of one piece of a route's line. */
export type Note = {
  endpoint?: Endpoint
  /** The shapes that a body may have. */
  body?: readonly z.ZodObject[]
  /** How long a body it takes, where it is not the usual 128 KiB. */
  takes?: Takes
  query?: z.ZodObject
  /** A credential is needed; the session behind it is checked with the work. */
  isSignedIn?: true
  /** Counted by the flood guard. */
  isGuarded?: true
  /** A page of a foreign origin is refused. */
  isOwnPagesOnly?: true
  overrides?: Overrides
}

const notes = new WeakMap<object, Note>()

/** Leaves a note on a handler, and gives the handler back. */
export function noted<H extends object>(handler: H, note: Note): H {
  notes.set(handler, note)
  return handler
}

/** What was noted on a handler; nothing where nothing was. */
export function noteOf(handler: object): Note {
  return notes.get(handler) ?? {}
}

/** On a route's line: what the route does, for /openapi.json. It does nothing to a request. */
export function endpoint(said: Endpoint): MiddlewareHandler<AppEnv> {
  // A function of its own for each route, so that the note is that route's.
  return noted<MiddlewareHandler<AppEnv>>((_c, next) => next(), { endpoint: said })
}

/** One route: everything that its line says of itself. */
export type Route = { method: string; path: string; note: Note }
