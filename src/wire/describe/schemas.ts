// JSON Schemas (2020-12, the dialect of OpenAPI 3.1) of the zod shapes that the routes use. What has a name
// (`.meta({ id })`) is described once, under `components`.
import * as z from 'zod'

/** A JSON Schema, or a part of an OpenAPI document. */
export type JsonSchema = { [key: string]: unknown }

/** Collects the named schemas that it meets. */
export class Schemas {
  readonly named: Record<string, JsonSchema> = {}

  /** What a client may send. */
  ofInput(shape: z.ZodType): JsonSchema {
    return this.#of(shape, 'input')
  }

  /** What a client is answered. Keys may be added one day, so none is forbidden. */
  ofOutput(shape: z.ZodType): JsonSchema {
    return this.#of(shape, 'output')
  }

  #of(shape: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema, $defs, ...schema } = z.toJSONSchema(shape, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema),
    }) as JsonSchema
    void $schema
    for (const [name, inner] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
      this.named[name] = rehomed(inner) as JsonSchema
    }
    return rehomed(schema) as JsonSchema
  }
}

/** Takes out what zod adds and no client needs. */
function tidy(schema: JsonSchema): void {
  if (schema['additionalProperties'] === false) delete schema['additionalProperties']
  delete schema['id']
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum']
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum']
  // A field that says its type itself needs no second account of it.
  if (schema['type'] && schema['anyOf']) delete schema['anyOf']
}

/** References to where the named schemas stand in the document. */
function rehomed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rehomed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? String(inner).replace('#/$defs/', '#/components/schemas/') : rehomed(inner),
    ]),
  )
}

/**
 * An object's schema as a form sends it: the fields of an object in it under dotted names, and null, which
 * a form has not, as an empty value.
 */
export function formSchema(schema: JsonSchema): JsonSchema {
  const properties: Record<string, unknown> = {}
  const required: string[] = []
  const demanded = (schema['required'] ?? []) as string[]
  for (const [name, field] of Object.entries(propertiesOf(schema))) {
    const isRequired = demanded.includes(name)
    if (field['type'] !== 'object') {
      properties[name] = field
      if (isRequired) required.push(name)
      continue
    }
    const inner = (field['required'] ?? []) as string[]
    for (const [innerName, innerField] of Object.entries(propertiesOf(field))) {
      properties[`${name}.${innerName}`] = innerField
      if (isRequired && inner.includes(innerName)) required.push(`${name}.${innerName}`)
    }
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
}

function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema['properties'] ?? {}) as Record<string, JsonSchema>
}

/** One of some schemas: the schema itself where there is but one. */
export function oneOf(schemas: JsonSchema[]): JsonSchema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  return distinct.length === 1 ? distinct[0]! : { anyOf: distinct }
}
