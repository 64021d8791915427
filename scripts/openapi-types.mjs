// TypeScript types of what OpenAPI and AsyncAPI documents describe, in the form that openapi-fetch reads:
// of JSON Schema, what our own documents use. openapi-typescript does all of it, but needs TypeScript 5's
// compiler API and cannot be installed beside TypeScript 7.

/** @typedef {{ [key: string]: any }} Json */

const methods = ['get', 'post', 'put', 'patch', 'delete']

/**
 * A JSON Schema as a TypeScript type.
 * @param {Json | undefined} schema
 * @returns {string}
 */
function typeOf(schema) {
  if (schema === undefined) return 'unknown'
  if (schema.$ref) return referenceOf(schema.$ref)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum)
    return unionOf(schema.enum.map((/** @type {unknown} */ one) => JSON.stringify(one)))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return unionOf(choices.map(typeOf))
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ')
  if (Array.isArray(schema.type)) {
    return unionOf(schema.type.map((/** @type {string} */ type) => typeOf({ ...schema, type })))
  }
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return `Array<${typeOf(schema.items)}>`
    case 'object':
      return objectOf(schema)
    default:
      return 'unknown'
  }
}

/** @param {Json} schema */
function objectOf({ properties = {}, required = [], additionalProperties }) {
  const fields = Object.entries(properties).map(([name, field]) => {
    const mark = required.includes(name) ? '' : '?'
    return `${commentOf(field.description)}${keyOf(name)}${mark}: ${typeOf(field)}`
  })
  if (fields.length > 0) return blockOf(fields)
  const others = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'
  // An index signature: an alias that names itself in a Record would be a circle.
  return `{ [key: string]: ${others} }`
}

/** @param {string} reference */
const referenceOf = (reference) =>
  reference
    .split('/')
    .slice(1)
    .map((step, place) => (place === 0 ? step : `[${JSON.stringify(step)}]`))
    .join('')

/** @param {string[]} types */
const unionOf = (types) => [...new Set(types)].join(' | ')

/** @param {string} name */
const keyOf = (name) => (/^([A-Za-z_$][\w$]*|\d+)$/.test(name) ? name : JSON.stringify(name))

/** @param {string | undefined} text */
function commentOf(text) {
  if (!text) return ''
  const lines = text.replaceAll('*/', '*\\/').split('\n')
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`
}

/** @param {string[]} entries */
const blockOf = (entries) => `{\n${entries.join('\n').replace(/^(?=.)/gm, '  ')}\n}`

/** @param {Json} operation */
function parametersOf({ parameters = [] }) {
  const places = ['query', 'header', 'path', 'cookie'].map((place) => {
    const own = parameters.filter((/** @type {Json} */ one) => one.in === place)
    if (own.length === 0) return `${place}?: never`
    const fields = own.map((/** @type {Json} */ { name, required, schema, description }) => {
      // An id is written into a path as it is, number or not.
      const type = place === 'path' ? 'string | number' : typeOf(schema)
      return `${commentOf(description)}${keyOf(name)}${required ? '' : '?'}: ${type}`
    })
    const isNeeded = own.some((/** @type {Json} */ one) => one.required)
    return `${place}${isNeeded ? '' : '?'}: ${blockOf(fields)}`
  })
  return `parameters: ${blockOf(places)}`
}

/** @param {Json} operation */
function requestBodyOf({ requestBody }) {
  if (!requestBody) return 'requestBody?: never'
  const types = Object.entries(requestBody.content).flatMap(([type, content]) => {
    if (type === 'application/json') return `${JSON.stringify(type)}: ${typeOf(content.schema)}`
    // A form has the same fields as the JSON. It is offered where it can hold more: a file.
    return content['x-takes-files'] ? `${JSON.stringify(type)}: FormData` : []
  })
  return `requestBody${requestBody.required ? '' : '?'}: { content: ${blockOf(types)} }`
}

/** @param {Json} response */
function responseOf(response) {
  const types = Object.entries(response.content ?? {}).map(
    // What is neither JSON nor text is read as a file.
    ([type, { schema }]) =>
      `${JSON.stringify(type)}: ${/^(text|application)\//.test(type) ? typeOf(schema) : 'Blob'}`,
  )
  const content = types.length > 0 ? `content: ${blockOf(types)}` : 'content?: never'
  return `{ ${content} }`
}

/**
 * The successes: what else is answered is the client's `KithError`.
 * @param {Json} operation
 */
const successesOf = ({ responses }) =>
  Object.entries(responses).filter(([status]) => status.startsWith('2'))

/** @param {Json} operation */
function operationOf(operation) {
  const successes = successesOf(operation).map(([key, one]) => `${key}: ${responseOf(one)}`)
  const parts = [
    parametersOf(operation),
    requestBodyOf(operation),
    `responses: ${blockOf(successes)}`,
  ]
  return blockOf(parts)
}

/**
 * The types of the routes of an OpenAPI document, and of the frames of an AsyncAPI document.
 * @param {Json} routes
 * @param {Json} sockets
 */
export function typesOf(routes, sockets) {
  const paths = Object.entries(routes.paths).flatMap(([path, item]) => {
    // A socket and a page to go to are no calls.
    const called = methods.filter((method) => item[method] && successesOf(item[method]).length > 0)
    const operations = called.map((method) => {
      const { summary, description } = item[method]
      const text = [summary, description].filter(Boolean).join('\n\n')
      return `${commentOf(text)}${method}: ${operationOf(item[method])}`
    })
    return operations.length > 0 ? `${JSON.stringify(path)}: ${blockOf(operations)}` : []
  })
  const named = { ...routes.components.schemas, ...sockets.components.schemas }
  const schemas = Object.entries(named).map(
    ([name, schema]) => `${commentOf(schema.description)}${keyOf(name)}: ${typeOf(schema)}`,
  )
  return `
export interface paths ${blockOf(paths)}

export interface components ${blockOf([`schemas: ${blockOf(schemas)}`])}
`
}
