// /openapi.json: the document of all routes, made from the notes on their lines (`notes.ts`).
import type { Hono } from 'hono'
import type { AppEnv } from '../pipeline/app-env'
import { codes } from './codes'
import { errorSchemas } from './errors'
import { type Endpoint, type Note, noteOf, type Route, type SchemeName } from './notes'
import { bodyOf, parametersOf } from './requests'
import { failures, sharedResponses, successes } from './responses'
import { type JsonSchema, Schemas } from './schemas'
import { intro, sectionOf, securitySchemes, tags } from './texts'

/** The routes of some routers, each once, in their order. */
function routesOf(routers: readonly Hono<AppEnv>[]): Route[] {
  const routes = new Map<string, Route>()
  for (const { method, path, handler } of routers.flatMap((router) => router.routes)) {
    // On all methods there are only refusals.
    if (method === 'ALL') continue
    const key = `${method} ${path}`
    const known = routes.get(key) ?? { method, path, note: {} }
    routes.set(key, { ...known, note: { ...known.note, ...noteOf(handler) } })
  }
  return [...routes.values()]
}

/** The OpenAPI 3.1 document of some routers. @throws `Error` for a route without an `endpoint` */
export function describeService(routers: readonly Hono<AppEnv>[]): JsonSchema {
  const schemas = new Schemas()
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const route of routesOf(routers)) {
    const { endpoint } = route.note
    if (!endpoint)
      throw new Error(`${route.method} ${route.path} says nothing of itself: see endpoint()`)
    const path = endpoint.path ?? pathOf(route.path)
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(route, endpoint, path, schemas),
    }
  }
  return {
    openapi: '3.1.1',
    info: intro,
    servers: [{ url: '/', description: 'The host that serves this document.' }],
    tags,
    'x-kith-codes': codes(),
    paths,
    components: {
      securitySchemes,
      responses: sharedResponses(paths),
      schemas: { ...errorSchemas, ...schemas.named },
    },
  }
}

/** `/friends/:id{[0-9]+}` as `/friends/{id}`. */
function pathOf(pattern: string): string {
  return pattern.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')
}

function operation(route: Route, endpoint: Endpoint, path: string, schemas: Schemas): JsonSchema {
  const { note } = route
  return {
    operationId: operationId(route.method, path),
    tags: endpoint.tags.map(sectionOf),
    summary: endpoint.summary,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    security: securityOf(note, endpoint),
    ...parametersOf(route, endpoint, path, schemas),
    ...bodyOf(note, endpoint, schemas),
    responses: {
      ...successes(note, endpoint, schemas),
      ...failures(route, endpoint, path, schemas),
    },
  }
}

/** `GET /friends/{id}` as `getFriendsById`. */
function operationId(method: string, path: string): string {
  const words = path
    .replaceAll('{', 'by_')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
  return method.toLowerCase() + words.join('')
}

/** Any of the four forms, for every route that needs a credential. */
const anyCredential: SchemeName[] = ['bearer', 'opaqueToken', 'bareToken', 'accessCookie']

function securityOf(note: Note, endpoint: Endpoint): JsonSchema[] {
  const schemes = endpoint.security ?? (note.isSignedIn ? anyCredential : [])
  return schemes.map((scheme) => (scheme === null ? {} : { [scheme]: [] }))
}
