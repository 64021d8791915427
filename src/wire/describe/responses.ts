// What the document of a route says of its answers: what it is for, and what it may refuse.
import type * as z from 'zod'
import { dialectOf } from '../errors/by-path'
import { type Refused, refusalsOf, schemaOf } from './errors'
import type { Endpoint, Note, OtherAnswer, Route } from './notes'
import { type JsonSchema, oneOf, type Schemas } from './schemas'

/** What a route answers when it goes well. */
export function successes(note: Note, endpoint: Endpoint, schemas: Schemas): JsonSchema {
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

/** What it refuses, by status, in the words of its path. */
export function failures(
  route: Route,
  endpoint: Endpoint,
  path: string,
  schemas: Schemas,
): JsonSchema {
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

/** Takes the refusals that several operations have alike out of them, under a name for each. */
export function sharedResponses(paths: Record<string, Record<string, JsonSchema>>): JsonSchema {
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
