// What the document of a route says of what is sent to it: parameters and bodies.
import { type Takes, usualBound } from '../input/bounds'
import type { Endpoint, Note, Route } from './notes'
import { formSchema, type JsonSchema, oneOf, type Schemas } from './schemas'

/** The parameters of a route, in its path and in its query. */
export function parametersOf(
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

/** What a route takes, in each of the forms that a body can have. */
export function bodyOf(note: Note, endpoint: Endpoint, schemas: Schemas): JsonSchema {
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
