// What D1 refuses in production, some of which passes in local tests: every statement that any test inside
// workerd sends to D1 is held to it (`setup.ts`).

/** The terms of one compound SELECT at most. */
export const maxTerms = 5
/** The arguments of one function at most. */
export const maxArguments = 32

/** Lets a database of D1's class, and all others of that class, take no text that is beyond the bounds. */
export function holdToBounds(db: D1Database): void {
  const shared = Object.getPrototypeOf(db) as D1Database & { isHeld?: true }
  if (shared.isHeld) return
  const prepare: (this: D1Database, text: string) => D1PreparedStatement = Reflect.get(
    shared,
    'prepare',
  )
  shared.isHeld = true
  shared.prepare = function (this: D1Database, text) {
    const excess = beyondBounds(text)
    if (excess !== null) throw new Error(`D1 takes no ${excess}: ${text}`)
    return prepare.call(this, text)
  }
}

/** What of a statement's text is too much for D1, in words; null where it all fits. */
export function beyondBounds(text: string): string | null {
  const spans: Span[] = [{ call: '', commas: 0, terms: 1 }]
  const found: string[] = []
  let before = ''
  for (const [token] of text.matchAll(tokens)) {
    const span = spans.at(-1)
    // Not in balance: the database will say so.
    if (!span) return null
    if (token === '(') spans.push({ call: callee(before), commas: 0, terms: 1 })
    if (token === ',') span.commas++
    if (/^(?:union|intersect|except)$/i.test(token)) span.terms++
    if (token === ')' || span.terms > maxTerms) found.push(...excessOf(span))
    if (token === ')') spans.pop()
    before = token
  }
  return found[0] ?? null
}

/** What stands in one pair of parentheses, and what is called with it: '' where nothing is. */
type Span = { call: string; commas: number; terms: number }

function excessOf({ call, commas, terms }: Span): string[] {
  if (terms > maxTerms) return [`compound SELECT of more than ${maxTerms} terms`]
  return call !== '' && commas >= maxArguments ? [`${call} of ${commas + 1} arguments`] : []
}

// Comments, texts and quoted names whole, so that nothing in them counts.
const tokens = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_]\w*|[^\s\w]/g

/** The function that a parenthesis behind this token calls; '' where it calls none. */
function callee(before: string): string {
  return /^[A-Za-z_]\w*$/.test(before) && !words.test(before) ? before : ''
}

/** Words of SQL that stand before a parenthesis and are no function. */
const words =
  /^(?:in|and|or|not|as|exists|from|select|where|on|join|values|when|then|else|case|over|by|having|limit|union|all|except|intersect|returning|set|using|is|like|between|distinct)$/i
