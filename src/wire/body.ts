// Bodies: JSON, form and multipart read alike, limited in size and depth, checked against a route's
// zod shape. What fails is answered before the work begins (docs/contract.md, Every path).
import type { MiddlewareHandler } from 'hono'
import * as z from 'zod'
import { requireSession } from '../domain/accounts/sessions'
import { DomainError } from '../domain/errors'
import { issuesOf } from '../domain/fields'
import { Refusal } from './answers'
import type { AppContext, AppEnv } from './app-env'
import { noted } from './notes'

const maxBytes = 128 * 1024
/** A picture of 2 MiB and some fields beside it. */
const maxMultipartBytes = 2 * 1024 * 1024 + 64 * 1024
const maxNesting = 32

type Checked<S extends z.ZodType> = MiddlewareHandler<
  AppEnv,
  string,
  { in: { json: z.input<S> }; out: { json: z.output<S> } }
>

/**
 * Reads and checks the body; the handler takes it from `c.req.valid('json')`, whatever form it came in.
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
    const media = mediaTypeOf(c)
    const bytes = await readBytes(c, media)
    try {
      const sent = await parse(bytes, media)
      const shape = shapeFor(namesIn(sent))
      const given = sent instanceof FormData ? await fromForm(sent, shape) : sent
      // The words for a value of a wrong kind name its kind.
      const parsed = shape.safeParse(given, { reportInput: true })
      if (!parsed.success)
        throw new DomainError('fields.invalid', { issues: issuesOf(parsed.error) })
      c.req.addValidatedData('json', parsed.data)
    } catch (error) {
      const caller = c.get('caller')
      if (caller) await requireSession(c.get('context'), caller)
      throw error
    }
    await next()
  }
  return noted(bodyMiddleware, { body: shapes })
}

type Media = { type: 'json' | 'form' | 'multipart' | 'other'; header: string }

function mediaTypeOf(c: AppContext): Media {
  const header = c.req.header('content-type') ?? ''
  const type = header.split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/json') return { type: 'json', header }
  if (type === 'application/x-www-form-urlencoded') return { type: 'form', header }
  if (type === 'multipart/form-data') return { type: 'multipart', header }
  return { type: 'other', header }
}

/** The whole body, or 413 as soon as it is too long, or 415 as soon as there is one of another type. */
async function readBytes(c: AppContext, media: Media): Promise<Uint8Array<ArrayBuffer>> {
  const limit = media.type === 'multipart' ? maxMultipartBytes : maxBytes
  const refuse = () => new Refusal(413, 'Request body is too large.')
  const chunks: Uint8Array[] = []
  let length = 0
  // What is left when it is refused is read by `unreadBodies`.
  for await (const chunk of c.req.raw.body?.values({ preventCancel: true }) ?? []) {
    if (media.type === 'other') {
      throw new Refusal(415, `Unsupported media type "${media.header}" in request.`)
    }
    length += chunk.byteLength
    if (length > limit || Number(c.req.header('content-length')) > limit) throw refuse()
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

async function parse(bytes: Uint8Array<ArrayBuffer>, media: Media): Promise<unknown> {
  if (bytes.length === 0) return {}
  return media.type === 'json' ? parseJson(bytes) : parseForm(bytes, media)
}

function namesIn(sent: unknown): string[] {
  if (sent instanceof FormData) return [...sent.keys()]
  return typeof sent === 'object' && sent !== null ? Object.keys(sent) : []
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (isDeeper(value, maxNesting)) throw new Error('Nested too deeply')
    return value
  } catch (error) {
    throw new Refusal(400, `JSON parse error - ${(error as Error).message}`)
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

async function parseForm(bytes: Uint8Array<ArrayBuffer>, media: Media): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': media.header } }).formData()
  } catch {
    const kind = media.type === 'form' ? 'Form' : 'Multipart form'
    throw new Refusal(400, `${kind} parse error - Invalid body`)
  }
}

/**
 * A form's fields as the shape wants them: all values for a list, else the last; an object's fields under
 * dotted names (`location.city`); and since a form has no null, an empty value stands for it where null
 * is meant to be possible and '' is not.
 */
async function fromForm(form: FormData, shape: z.ZodObject): Promise<Record<string, unknown>> {
  const fields = [...valuesByName(form)].map(async ([name, sent]): Promise<[string, unknown]> => {
    // A form may well have a field named `constructor`.
    const field = Object.hasOwn(shape.shape, name) ? (shape.shape[name] as z.ZodType) : undefined
    const values = await Promise.all(sent.map(contentOf))
    if (field && bare(field) instanceof z.ZodArray) return [name, values]
    const value = values.at(-1)
    const isNull = value === '' && field?.safeParse(null).success && !field.safeParse('').success
    return [name, isNull ? null : value]
  })
  for (const [name, field] of Object.entries(shape.shape)) {
    const inner = bare(field as z.ZodType)
    const part = inner instanceof z.ZodObject ? partOf(form, `${name}.`) : null
    if (part) {
      fields.push(fromForm(part, inner as z.ZodObject).then((object) => [name, object]))
    }
  }
  return Object.fromEntries(await Promise.all(fields))
}

/** In one pass: `getAll` walks through the whole form, and a form can have tens of thousands of names. */
function valuesByName(form: FormData): Map<string, (File | string)[]> {
  const values = new Map<string, (File | string)[]>()
  for (const [name, value] of form) {
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return values
}

/** A text as it is, a file as its bytes: its name and declared type say nothing of what it is. */
async function contentOf(value: File | string): Promise<Uint8Array | string | undefined> {
  if (typeof value === 'string') return value
  // What a browser sends for a file input that nobody filled in.
  if (value.size === 0 && value.name === '') return undefined
  // No client of ours names a file so: what it holds is not looked at.
  if (/(?:^|[\\/])\.\.(?:[\\/]|$)/.test(value.name)) return new Uint8Array()
  return new Uint8Array(await value.arrayBuffer())
}

/** The fields whose names begin so, without that beginning; null where there are none. */
function partOf(form: FormData, prefix: string): FormData | null {
  const part = new FormData()
  for (const [name, value] of form) {
    if (name.startsWith(prefix)) part.append(name.slice(prefix.length), value as string)
  }
  return part.keys().next().done ? null : part
}

/** A field's schema without its being optional or nullable. */
function bare(field: z.ZodType): z.ZodType {
  // A bounded list is its array behind the bound.
  if (field instanceof z.ZodPipe && field.out instanceof z.ZodArray) return field.out
  const isWrapped = field instanceof z.ZodOptional || field instanceof z.ZodNullable
  return isWrapped ? bare(field.unwrap() as z.ZodType) : field
}
