// multipart/form-data (RFC 7578, RFC 2046 §5.1), as .NET, Python, Java and browsers write it: in one walk
// over the bytes, at most 2,000 parts with heads of at most 16 KiB.
import { decoderOf, textIn } from './charsets'
import { type FormField, maxFields } from './form-fields'
import { type HeaderValue, parseHeader } from './header-parameters'

const maxHead = 16 * 1024
/** One character for each byte, so that places in the text are places in the bytes. */
const byteText = new TextDecoder('windows-1252')
const utf8 = new TextDecoder()

type Part = { name: string; filename: string | undefined; type: HeaderValue; content: Uint8Array }

/** The fields of a body. @throws `SyntaxError` for what is no multipart form, or is cut off */
export function parseMultipart(bytes: Uint8Array, header: string): FormField[] {
  const { parameters } = parseHeader(header) ?? broken()
  const parts = partsOf(bytes, boundaryIn(parameters))
  const named = parts.find(({ name }) => name === '_charset_')
  // RFC 7578 §4.6: a field of this name says the charset of the parts that say none.
  const usual = (named && textIn(named.content, decoderOf())) ?? parameters.get('charset')
  return parts.map((part) => [part.name, contentOf(part, usual)])
}

function broken(): never {
  throw new SyntaxError('Invalid body')
}

function boundaryIn(parameters: Map<string, string>): string {
  const boundary = parameters.get('boundary') ?? ''
  return /^[\x20-\x7e]{1,70}$/.test(boundary) ? boundary : broken()
}

/** Text where it is text, a file as its bytes, nothing for a file input that nobody filled in. */
function contentOf({ filename, type, content }: Part, charset?: string): FormField[1] {
  if (filename === '' && content.length === 0) return undefined
  if (filename !== undefined || !isTextType(type.value)) return content
  // What is no text is taken for a file whose sender forgot to say so.
  return textIn(content, decoderOf(type.parameters.get('charset') ?? charset)) ?? content
}

function isTextType(type: string): boolean {
  return type === '' || type.startsWith('text/') || type === 'application/json'
}

// ── Where the parts are ──────────────────────────────────────────────────────────────────────────

type Delimiter = { start: number; end: number; lineEnd: string | null }

function partsOf(bytes: Uint8Array, boundary: string): Part[] {
  const text = byteText.decode(bytes)
  const parts: Part[] = []
  let before: Delimiter | null = null
  for (const delimiter of delimitersIn(text, `--${boundary}`)) {
    if (before) parts.push(partBetween(bytes, text, before, delimiter))
    if (delimiter.lineEnd === null) return parts
    if (parts.length === maxFields) return broken()
    before = delimiter
  }
  return broken()
}

/**
 * The lines that begin with the boundary, each behind a line end as the first of them has one; the last
 * has two hyphens behind it.
 */
function* delimitersIn(text: string, line: string): Generator<Delimiter> {
  const behind = /--|[ \t]*(\r?\n)/y
  let lineEnd = '\n'
  for (let at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + line.length)) {
    behind.lastIndex = at + line.length
    const isLine = at === 0 || text.startsWith(lineEnd, at - lineEnd.length)
    const found = isLine ? behind.exec(text) : null
    if (!found) continue
    yield { start: at, end: behind.lastIndex, lineEnd: found[1] ?? null }
    lineEnd = found[1] ?? lineEnd
  }
}

function partBetween(bytes: Uint8Array, text: string, from: Delimiter, to: Delimiter): Part {
  const head = text.slice(from.end, Math.min(from.end + maxHead, to.start))
  const blank = /\r?\n\r?\n/.exec(head) ?? broken()
  const start = from.end + blank.index + blank[0].length
  // The line end before a boundary belongs to the boundary; an empty part may share its blank line's.
  const end = to.start - from.lineEnd!.length
  const headers = headersIn(utf8.decode(bytes.subarray(from.end, from.end + blank.index)))
  return partOf(headers, bytes.subarray(start, Math.max(start, end)))
}

function headersIn(head: string): Map<string, string> {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, Math.max(colon, 0)).trim().toLowerCase(), line.slice(colon + 1)]
  })
  return new Map(headers)
}

function partOf(headers: Map<string, string>, content: Uint8Array): Part {
  const { value, parameters } = parseHeader(headers.get('content-disposition') ?? '') ?? broken()
  const name = parameters.get('name')
  if (value !== 'form-data' || name === undefined) return broken()
  return {
    name,
    filename: parameters.get('filename'),
    type: parseHeader(headers.get('content-type') ?? '') ?? broken(),
    content: transferred(content, headers.get('content-transfer-encoding')),
  }
}

/** RFC 7578 §4.7 has no such encodings any more; some mail libraries, asked to write forms, do. */
function transferred(content: Uint8Array, encoding = ''): Uint8Array {
  const name = encoding.trim().toLowerCase()
  if (['', '7bit', '8bit', 'binary'].includes(name)) return content
  return name === 'base64' ? Uint8Array.fromBase64(utf8.decode(content)) : broken()
}
