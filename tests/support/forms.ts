// The three content types in which every body can be sent.
import type { CallOptions } from './world'

type Fields = Record<string, string>

/** For `it.each`: the name of a content type, and how fields are sent in it. */
export const contentTypes: [string, (fields: Fields) => CallOptions][] = [
  ['JSON', (fields) => ({ json: fields })],
  ['a form', (fields) => ({ form: fields })],
  ['a multipart form', (fields) => ({ form: multipart(fields) })],
]

/** Fields as `multipart/form-data`. */
export function multipart(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

/** A body of JSON as it was written, for what `JSON.stringify` cannot say. */
export function rawJson(text: BodyInit): CallOptions {
  return { raw: text, headers: { 'content-type': 'application/json' } }
}
