// Holds every answer of the workerd tests against /openapi.json (its status, its media type, its body) and
// every frame against /asyncapi.json, with no key that the document has not. What no operation of the
// document answers is not judged.
import { Validator } from '@cfworker/json-schema'

type Json = { [key: string]: any }

/** One answer, and the request that it is to. */
export type Exchange = {
  method: string
  path: string
  status: number
  /** The media type of its body, '' where it has none. */
  type: string
  body: unknown
}

/** Says what in an exchange the document does not have; nothing where it has all of it. */
export function judge(document: Json): (exchange: Exchange) => string[] {
  const operations = operationsOf(document)
  const validators = new Map<string, Validator>()
  return ({ method, path, status, type, body }) => {
    const operation = operations.find(
      (candidate) => candidate.method === method && candidate.pattern.test(path.replace(/\/$/, '')),
    )
    // What every path says to a method that it has not, and to plain http where it is https.
    if (!operation || status === 405 || status === 308 || isPlainHttp(body)) return []
    const named = `${method} ${operation.path}`
    const response = resolved(document, operation.responses[status])
    if (!response) return [`${named} has no ${status}`]
    if (!response.content) return type === '' ? [] : [`${named} ${status} has no body`]
    if (type === '') return [`${named} ${status} has a body`]
    const documented = Object.keys(response.content).find((known) => isOfType(type, known))
    if (!documented) return [`${named} ${status} is not of type ${type}`]
    // What is no JSON, and the documents that describe the service, are texts.
    if (documented !== 'application/json' || body === null) return []
    const key = `${named} ${status}`
    let validator = validators.get(key)
    if (!validator) {
      const schema = { ...response.content[documented].schema, components: document.components }
      validator = new Validator(closed(schema) as never, '2020-12', false)
      validators.set(key, validator)
    }
    const { errors } = validator.validate(shortened(body))
    return errors.map(({ error, instanceLocation }) => `${key}: ${instanceLocation}: ${error}`)
  }
}

/** Says what in a frame of a socket /asyncapi.json does not have; nothing where it has all of it. */
export function judgeFrames(document: Json): (path: string, frame: unknown) => string[] {
  const validators = Object.values(document['channels'] as Json).map(({ address, messages }) => {
    const sent = Object.values(document['operations'] as Json)
      .filter(({ action }) => action === 'send')
      .flatMap((operation) => operation.messages as { $ref: string }[])
      .map(({ $ref }) => $ref.split('/').at(-1)!)
    const payloads = Object.entries(messages as Json)
      .filter(([name]) => sent.includes(name))
      .map(([, { payload }]) => payload as Json)
    const schema = closed({ anyOf: payloads, components: document['components'] })
    const pattern = new RegExp(`^${(address as string).replace(/\{\w+\}/g, '[^/]+')}/?$`)
    return { pattern, validator: new Validator(schema as never, '2020-12', false) }
  })
  return (path, frame) => {
    const { validator } = validators.find(({ pattern }) => pattern.test(path)) ?? {}
    if (!validator) return [`no channel is at ${path}`]
    const { errors } = validator.validate(frame)
    return errors.map(({ error, instanceLocation }) => `${path}: ${instanceLocation}: ${error}`)
  }
}

const isPlainHttp = (body: unknown) =>
  JSON.stringify(body)?.includes('This service is reached over https only.') ?? false

function operationsOf(document: Json) {
  return (
    Object.entries(document['paths'] as Json)
      // A word stands before an id where both could be meant.
      .toSorted(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
      .flatMap(([path, methods]) => {
        return Object.entries(methods as Json).map(([method, { responses, parameters = [] }]) => ({
          method: method.toUpperCase(),
          path,
          pattern: patternOf(path, parameters as Json[]),
          responses: responses as Json,
        }))
      })
  )
}

function patternOf(path: string, parameters: Json[]): RegExp {
  const escaped = path.replace(/[.]/g, '[.]').replace(/\{(\w+)\}/g, (_, given: string) => {
    const { schema } = parameters.find(({ name }) => name === given) ?? {}
    return (schema?.pattern as string | undefined)?.replace(/^\^|\$$/g, '') ?? '[^/]+'
  })
  return new RegExp(`^${escaped}$`)
}

function resolved(document: Json, response: Json | undefined): Json | undefined {
  const name = (response?.['$ref'] as string | undefined)?.split('/').at(-1)
  return name === undefined ? response : document['components'].responses[name]
}

function isOfType(type: string, documented: string): boolean {
  const [bare] = type.split(';')
  return documented.endsWith('/*') ? bare!.startsWith(documented.slice(0, -1)) : bare === documented
}

/** A schema whose objects have no keys but those that it names. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  )
  const isOpen = !('properties' in inner) || 'additionalProperties' in inner
  return isOpen || typeof inner['properties'] !== 'object'
    ? inner
    : { ...inner, additionalProperties: false }
}

/** Long lists are judged by their first items. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 20).map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]))
}
