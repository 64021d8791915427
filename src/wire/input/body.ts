// Bodies: JSON, form and multipart read alike, limited in size and depth, checked against a route's
// zod shape. What fails is answered before the work begins (docs/contract.md, Every path).
import type { MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { DomainError } from '../../domain/base/errors'
import { issuesOf } from '../../domain/base/fields'
import { Refusal } from '../errors/answers'
import type { AppContext, AppEnv } from '../pipeline/app-env'
import { bytesOf, type MediaType, provenOnce } from './bounds'
import { Form, formFor, parseUrlencoded } from './form-fields'
import { type Json, jsonFor, parseJson } from './json'
import { parseMultipart } from './multipart'
import { noted } from '../describe/notes'

export { takes, takesPicture } from './bounds'

type Checked<S extends z.ZodType> = MiddlewareHandler<
  AppEnv,
  string,
  { in: { json: z.input<S> }; out: { json: z.output<S> } }
>

/**
 * Reads and checks the body; the handler takes it from `c.req.valid('json')`, whatever form it came in.
 * How long it may be is said by `takes`, before it on the line. A long body, and one with a file, is not
 * parsed before the caller's session was found good, which costs a round trip.
 * @throws `Refusal` 400, 413, 415; `fields.invalid`; first of all a session that has ended
 */
export function body<S extends z.ZodObject>(shape: S): Checked<S> {
  return checked([shape], () => shape)
}

/** A body of two contracts at one path: which of its shapes it has, one field's presence tells. */
export function bodyBy<S extends z.ZodObject, T extends z.ZodObject>(
  field: string,
  withField: S,
  without: T,
): Checked<S | T> {
  return checked<S | T>([withField, without], (names) =>
    names.includes(field) ? withField : without,
  )
}

function checked<S extends z.ZodObject>(
  shapes: readonly z.ZodObject[],
  shapeFor: (names: string[]) => S,
): Checked<S> {
  const bodyMiddleware: Checked<S> = async function bodyMiddleware(c, next) {
    const media = mediaOf(c)
    const demands = { readable: () => requireReadable(c, media), proven: provenOnce(c, media.type) }
    const bytes = await bytesOf(c, media.type, demands)
    try {
      const sent = parse(bytes, media)
      // To judge a file is work: nobody has it done by a made-up credential, or beyond a limit.
      if (sent instanceof Form && sent.hasFile) await demands.proven(true)
      const shape = shapeFor(namesIn(sent))
      const given = sent instanceof Form ? formFor(shape, sent.fields) : jsonFor(shape, sent)
      // The words for a value of a wrong kind name its kind.
      const parsed = shape.safeParse(given, { reportInput: true })
      if (!parsed.success)
        throw new DomainError('fields.invalid', { issues: issuesOf(parsed.error) })
      c.req.addValidatedData('json', parsed.data)
    } catch (error) {
      await demands.proven()
      throw error
    }
    await next()
  }
  return noted(bodyMiddleware, { body: shapes })
}

type Media = { type: MediaType; header: string }

function mediaOf(c: AppContext): Media {
  const header = c.req.header('content-type') ?? ''
  return { type: typeNames[header.split(';', 1)[0]!.trim().toLowerCase()] ?? 'other', header }
}

const typeNames: Record<string, MediaType> = {
  __proto__: null as never,
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
  'multipart/form-data': 'multipart',
}

/** 415 for what cannot be read: another type, or another coding than none. */
function requireReadable(c: AppContext, media: Media): void {
  if (media.type === 'other') {
    throw new Refusal(415, `Unsupported media type "${media.header}" in request.`)
  }
  // RFC 9110 §8.4: read as it is, an encoded body would say something else, or nothing at all.
  const coding = c.req.header('content-encoding') ?? ''
  const isPlain = (name: string) => /^(?:identity)?$/i.test(name.trim())
  if (coding.split(',').every(isPlain)) return
  const words = `Unsupported content encoding "${coding}" in request.`
  throw new Refusal(415, words, { 'Accept-Encoding': 'identity' })
}

function parse(bytes: Uint8Array, { type, header }: Media): Form | Json {
  if (bytes.length === 0) return { value: {}, written: null }
  try {
    if (type === 'multipart') return new Form(parseMultipart(bytes, header))
    if (type === 'form') return new Form(parseUrlencoded(bytes, header))
    return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch (error) {
    const reason = type === 'json' ? (error as Error).message : 'Invalid body'
    throw new Refusal(400, `${parseErrors[type]} parse error - ${reason}`)
  }
}

const parseErrors = { json: 'JSON', form: 'Form', multipart: 'Multipart form', other: '' }

function namesIn(sent: Form | Json): string[] {
  if (sent instanceof Form) return sent.names
  return typeof sent.value === 'object' && sent.value !== null ? Object.keys(sent.value) : []
}
