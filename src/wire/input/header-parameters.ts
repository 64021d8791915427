// A header's value and its parameters: tokens or quoted strings (RFC 2045 §5.1), also in another charset
// (RFC 8187) and in sections (RFC 2231 §3), their names in any letter case.
import { decoderOf, percentDecoded, textIn } from './charsets'

/** `form-data; name=a` taken apart; the value and the names are in lower case. */
export type HeaderValue = { value: string; parameters: Map<string, string> }

/** One parameter. What is neither quoted nor a token goes to the next semicolon, as `filename=my cat.png`. */
const parameterForm = /;\s*([^\s;="]*)\s*(?:=\s*("(?:[^"\\]|\\[^])*"|[^;"]*))?\s*/y

/** Takes a header apart; null where a quote does not end, or something stands behind one. */
export function parseHeader(header: string): HeaderValue | null {
  const start = header.indexOf(';')
  if (start < 0) return { value: header.trim().toLowerCase(), parameters: new Map() }
  const pairs: [string, string][] = []
  parameterForm.lastIndex = start
  while (parameterForm.lastIndex < header.length) {
    const [, name = '', value = ''] = parameterForm.exec(header) ?? []
    if (parameterForm.lastIndex === 0) return null
    pairs.push([name.toLowerCase(), unquoted(value)])
  }
  return { value: header.slice(0, start).trim().toLowerCase(), parameters: parametersOf(pairs) }
}

/** Only what must be is taken for a quoted pair: some browsers send paths of Windows as they are. */
function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value.trim()
}

type Section = { place: number; value: string; isEncoded: boolean }

/** Of one name the last one; before it, the one that can say more, in whatever order they stand. */
function parametersOf(pairs: readonly [string, string][]): Map<string, string> {
  const parameters = new Map<string, string>()
  const sections = new Map<string, Section[]>()
  for (const [name, value] of pairs) {
    const [, base, place, star] = /^(.+?)\*(?:(\d{1,3})(\*)?)?$/.exec(name) ?? []
    if (base === undefined) parameters.set(name, value)
    else {
      const section = { place: Number(place ?? 0), value, isEncoded: !place || star === '*' }
      const known = sections.get(base)
      if (known) known.push(section)
      else sections.set(base, [section])
    }
  }
  for (const [name, some] of sections) parameters.set(name, joined(some))
  return parameters
}

/** `utf-8'en'f%C3%A4.png`, or several sections of it: the first names the charset. */
function joined(sections: Section[]): string {
  const inOrder = sections.toSorted((one, other) => one.place - other.place)
  const [, charset] = /^([^']*)'[^']*'/.exec(inOrder[0]!.value) ?? []
  const decoder = decoderOf(charset)
  const texts = inOrder.map(({ value, isEncoded }, place) => {
    if (!isEncoded) return value
    const text = place === 0 ? value.replace(/^[^']*'[^']*'/, '') : value
    return textIn(percentDecoded(new TextEncoder().encode(text)), decoder) ?? text
  })
  return texts.join('')
}
