// /openapi.json: the document of all routes, made from the notes on their lines (`notes.ts`).
import type { Hono } from 'hono'
import type * as z from 'zod'
import type { AppEnv } from '../pipeline/app-env'
import { type Takes, usualBound } from '../input/bounds'
import { type Endpoint, type Note, noteOf, type OtherAnswer, type SchemeName } from './notes'
import { dialectOf } from '../errors/by-path'
import { errorSchemas, type Refused, refusalsOf, schemaOf } from './errors'
import { formSchema, type JsonSchema, Schemas } from './schemas'
import { intro, sectionOf, securitySchemes, tags } from './texts'

/** One route: everything that its line says of itself. */
export type Route = { method: string; path: string; note: Note }

/** The routes of some routers, each once, in their order. */
export function routesOf(routers: readonly Hono<AppEnv>[]): Route[] {
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
    paths,
    components: {
      securitySchemes,
      responses: sharedResponses(paths),
      schemas: { ...errorSchemas, ...schemas.named },
    },
  }
}

/** Takes the refusals that several operations have alike out of them, under a name for each. */
function sharedResponses(paths: Record<string, Record<string, JsonSchema>>): JsonSchema {
  const places = new Map<string, { holder: JsonSchema; status: string }[]>()
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    const holder = operation['responses'] as JsonSchema
    for (const [status, response] of Object.entries(holder)) {
      const text = JSON.stringify(response)
      if (Number(status) < 400) continue
      const alike = places.get(text)
      if (alike) alike.push({ holder, status })
      else places.set(text, [{ holder, status }])
    }
  }
  const shared: JsonSchema = {}
  for (const [text, alike] of places) {
    if (alike.length === 1) continue
    const base = `Error${alike[0]!.status}${text.includes('EnvelopeError') ? 'Envelope' : ''}`
    let name = base
    for (let n = 2; name in shared; n++) name = `${base}${n}`
    shared[name] = JSON.parse(text)
    for (const { holder, status } of alike) {
      holder[status] = { $ref: `#/components/responses/${name}` }
    }
  }
  return shared
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

// ── What is sent ─────────────────────────────────────────────────────────────────────────────────

function parametersOf(
  { note, path: pattern }: Route,
  endpoint: Endpoint,
  path: string,
  schemas: Schemas,
): JsonSchema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    // Where a word of another route may stand as well, an id is told by its digits.
    schema: { type: 'string', ...(pattern.includes(':id{[0-9]+}') ? { pattern: '^[0-9]+$' } : {}) },
  }))
  const query = note.query ? schemas.ofInput(note.query) : {}
  const required = (query['required'] ?? []) as string[]
  const inQuery = Object.entries((query['properties'] ?? {}) as Record<string, JsonSchema>).map(
    ([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
      ...(parameterTexts[name] ? { description: parameterTexts[name] } : {}),
    }),
  )
  const others = Object.entries(endpoint.parameters ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    required: false,
    schema: { type: 'string' },
    description,
  }))
  const parameters = [...inPath, ...inQuery, ...others]
  return parameters.length > 0 ? { parameters } : {}
}

/** What is the same on every list. */
const parameterTexts: Record<string, string> = {
  limit: 'How many items at most.',
  cursor: 'Where to go on: out of the `Link` header of the page before, not to be made up.',
}

function bodyOf(note: Note, endpoint: Endpoint, schemas: Schemas): JsonSchema {
  if (!note.body) return {}
  const shapes = note.body.map((shape) => schemas.ofInput(shape))
  const isNeeded = shapes.every((shape) => ((shape['required'] ?? []) as string[]).length > 0)
  const examples = Object.fromEntries(
    (endpoint.examples ?? []).map((value, place) => [`example ${place + 1}`, { value }]),
  )
  const json = Object.keys(examples).length > 0 ? { examples } : {}
  const forms = oneOf(shapes.map(formSchema))
  return {
    requestBody: {
      ...boundOf(note.takes),
      required: isNeeded,
      content: {
        'application/json': { schema: oneOf(shapes), ...json },
        'application/x-www-form-urlencoded': { schema: forms },
        'multipart/form-data': { schema: forms, ...filesOf(note.takes) },
      },
    },
  }
}

/** What a route says of the length of its body, where it is not the usual one. */
function boundOf(takes: Takes | undefined): JsonSchema {
  if (!takes) return {}
  const most = `At most ${takes.bytes / 1024} KiB`
  if (takes.types.length === 0) return { description: `${most}.` }
  return { description: `${most} as ${takes.types.join(' or ')}, else ${usualBound / 1024} KiB.` }
}

/** Says for tools that a form of the route may hold files. */
function filesOf(takes: Takes | undefined): JsonSchema {
  return takes?.types.includes('multipart') ? { 'x-takes-files': true } : {}
}

/** One of some schemas: the schema itself where there is but one. */
function oneOf(schemas: JsonSchema[]): JsonSchema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  return distinct.length === 1 ? distinct[0]! : { anyOf: distinct }
}

// ── What is answered ─────────────────────────────────────────────────────────────────────────────

function successes(note: Note, endpoint: Endpoint, schemas: Schemas): JsonSchema {
  const isList = note.query !== undefined && 'cursor' in note.query.shape
  return Object.fromEntries(
    Object.entries(endpoint.answers).map(([status, answer]) => {
      if (isShape(answer)) {
        const headers = isList ? { headers: { Link: linkHeader } } : {}
        const content = { 'application/json': { schema: schemas.ofOutput(answer) } }
        return [status, { description: reasons[Number(status)] ?? 'Done.', ...headers, content }]
      }
      return [status, otherAnswer(answer)]
    }),
  )
}

function isShape(answer: z.ZodType | OtherAnswer): answer is z.ZodType {
  return '_zod' in answer
}

function otherAnswer({ description, type, headers = {} }: OtherAnswer): JsonSchema {
  const described = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ])
  return {
    description,
    ...(described.length > 0 ? { headers: Object.fromEntries(described) } : {}),
    ...(type ? { content: { [type]: { schema: { type: 'string' } } } } : {}),
  }
}

const linkHeader = {
  description: 'Where the list goes on, as `<…>; rel="next"` (RFC 8288); absent on the last page.',
  schema: { type: 'string' },
}

const reasons: Record<number, string> = {
  200: 'Done.',
  201: 'Made.',
  400: 'The request is wrong; nothing was changed.',
  401: 'No credential, or one that is no good.',
  403: 'Not allowed.',
  404: 'Not there for the caller.',
  413: 'The body is too large.',
  416: 'It has no such part.',
  415: 'The body is of another type than JSON or a form, or it is encoded.',
  426: 'A WebSocket handshake is needed.',
  429: 'Too many tries; `Retry-After` says in how many seconds the next one may be.',
  500: 'A fault of the service; the request id finds its cause in the log.',
  502: 'A service that the work needs did not do its part.',
  503: 'The service cannot do its work at present.',
}

function failures(route: Route, endpoint: Endpoint, path: string, schemas: Schemas): JsonSchema {
  const dialect = dialectOf(path)
  const byStatus = new Map<number, Refused[]>()
  for (const refused of refusalsOf(route, dialect)) {
    const known = byStatus.get(refused.status)
    if (known) known.push(refused)
    else byStatus.set(refused.status, [refused])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, refusals]) => {
      // An answer of the route's own may have the status of a refusal.
      const own = endpoint.answers[status]
      const schema = oneOf([
        ...(own && isShape(own) ? [schemas.ofOutput(own)] : []),
        ...refusals.map(({ body }) => schemaOf(body, dialect)),
      ])
      const examples = Object.fromEntries(
        refusals.map(({ name, body }) => [name.replace(/\W+/g, '_'), { value: body }]),
      )
      return [
        status,
        {
          description: reasons[status] ?? 'Refused.',
          ...(status === 429 || status === 503
            ? { headers: { 'Retry-After': retryAfterHeader } }
            : {}),
          content: { 'application/json': { schema, examples } },
        },
      ]
    }),
  )
}

const retryAfterHeader = {
  description: 'Seconds until another try is possible.',
  schema: { type: 'integer' },
}
