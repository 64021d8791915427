// What a hostile or careless client puts into a field of a body, and what the contracts say to it.
import { expect } from 'vitest'
import { rawJson } from './forms'
import type { CallOptions } from './world'

/** What a route's body says of one of its fields. */
export type Field = {
  kind:
    | 'text'
    | 'date'
    | 'datetime'
    | 'integer'
    | 'boolean'
    | 'choice'
    | 'list'
    | 'object'
    | 'special'
  /**
   * The longest text, in characters (254 where nothing is said), the largest number, or the most
   * entries of a list. */
  max?: number
  /** The smallest number. */
  min?: number
  required?: boolean
  /** '' is a value. */
  blank?: boolean
  /** null is a value. */
  nullable?: boolean
  /** What is said of letters alone, where they are not of the field's form: an address needs its `@`. */
  form?: string
  /** What is said of a file that is of no use, where files are taken at all. */
  file?: string
  /** The items of a list. */
  of?: Field
  /** What is wrong with an item is said of the list. */
  flat?: boolean
  /** Values that a field of a kind of its own does not take, and what is said of each. */
  values?: BadValue[]
  /** The fields of an object, and one that passes. */
  parts?: Record<string, Field>
  good?: Record<string, unknown>
}

/** A body with one bad field. */
export type BadField = {
  name: string
  field: string
  /** The fields that differ from a good body; undefined leaves one out. */
  fields: Record<string, unknown>
  fault: 'required' | 'null' | 'blank' | 'other'
  /** Texts; below an object or a list, texts by its field or place. */
  words: unknown
}

const noText = 'Not a valid string.'
const noDate = 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'
const noDateTime =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].'
const noInteger = 'A valid integer is required.'
const noBoolean = 'Must be a valid boolean.'
const required = 'This field is required.'
const noNull = 'This field may not be null.'
const nul = 'Null characters are not allowed.'
const surrogate = (unit: string) => `Surrogate characters are not allowed: ${unit}.`

/** Everything that can be wrong with one field. */
export function badFields(field: string, rule: Field): BadField[] {
  const cases: BadField[] = []
  const add = (what: string, value: unknown, fault: BadField['fault'], words: unknown) =>
    cases.push({ name: `${field}: ${what}`, field, fields: { [field]: value }, fault, words })

  if (rule.required) add('missing', undefined, 'required', [required])
  if (!rule.nullable) add('null', null, 'null', [noNull])
  for (const [value, words] of badValues(rule)) {
    const what =
      typeof value === 'string' && value.length > 100 ? 'too long' : JSON.stringify(value)
    add(what, value, value === '' && rule.kind === 'text' ? 'blank' : 'other', words)
  }
  return cases
}

const odd: unknown[] = [[], ['text'], {}, { toString: 'text' }]

type BadValue = [value: unknown, words: unknown]

/** Values that a field does not take, apart from null, and what is said of each. */
function badValues(rule: Field): BadValue[] {
  const all = (values: unknown[], words: string): BadValue[] =>
    values.map((value) => [value, [words]])
  const blank = rule.blank ? [] : ['']
  switch (rule.kind) {
    case 'text':
      return badTexts(rule)
    case 'date':
      return all(
        [true, false, ...odd, infinity, ...blank, 'x', '2025-02-30', '2025-1-1', '20250101'].concat(
          '2025-01-01\0',
          '\ud800',
        ),
        noDate,
      )
    case 'datetime':
      return all(
        [
          true,
          7,
          ...odd,
          infinity,
          ...blank,
          'x',
          '2025-02-30T10:00',
          '2025-01-01',
          '10:00',
        ].concat('2025-01-01T25:00Z', '2025-01-01T10:00+99:99', '2025-01-01T10:00Z\0', '\ud800'),
        noDateTime,
      )
    case 'integer':
      return [
        ...all([true, 1.5, ...odd, infinity, ...blank, 'x', '1.5', '1e3', '0x1', '\0'], noInteger),
        ...badNumbers(rule),
      ]
    case 'boolean':
      return all([2, -1, ...odd, infinity, ...blank, 'x', 'truth', '\0', '\ud800'], noBoolean)
    case 'choice':
      return [...all(['x', '\0'], ''), ...all([true, 7, ...odd, infinity], '')].map(([value]) => [
        value,
        [expect.stringMatching(/^"[^]*" is not a valid choice\.$/)],
      ])
    case 'list':
      return badLists(rule)
    case 'object':
      return badObjects(rule)
    case 'special':
      return rule.values!
  }
}

function badTexts(rule: Field): BadValue[] {
  const bad: BadValue[] = [true, false, ...odd, infinity].map((value) => [value, [noText]])
  if (!rule.blank) bad.push(['', ['This field may not be blank.']])
  bad.push(['some text\0', [nul]])
  bad.push(['some text\ud83d', [surrogate('U+D83D')]])
  bad.push(['\udc00 some text', [surrogate('U+DC00')]])
  const max = rule.max ?? 254
  const tooLong = [`Ensure this field has no more than ${max} characters.`]
  for (const length of [max + 1, 100_000]) bad.push(['x'.repeat(length), tooLong])
  if (rule.form) bad.push(['x', [rule.form]])
  return bad
}

function badNumbers({ min, max = Number.MAX_SAFE_INTEGER }: Field): BadValue[] {
  const tooLarge = [`Ensure this value is less than or equal to ${max}.`]
  const bad: BadValue[] = [max + 1, 1e300, '99999999999999999999'].map((value) => [value, tooLarge])
  if (min === undefined) return bad
  const tooSmall = [`Ensure this value is greater than or equal to ${min}.`]
  return [...bad, [min - 1, tooSmall], [`${min - 1}`, tooSmall], [-1e300, tooSmall]]
}

function badLists({ of, flat, max = 20 }: Field): BadValue[] {
  const kinds: [unknown, string][] = [
    ['', 'str'],
    ['x', 'str'],
    [7, 'int'],
    [true, 'bool'],
    [{}, 'dict'],
    [{ length: 1 }, 'dict'],
  ]
  const lists = kinds.map(([value, kind]): BadValue => [
    value,
    [`Expected a list of items but got type "${kind}".`],
  ])
  const items: BadValue[] = [[null, [noNull]], ...badValues(of!)]
  // No entry is looked at: each would be wrong by itself.
  const tooMany = [`Ensure this field has no more than ${max} elements.`]
  return [
    ...lists,
    [Array.from({ length: max + 1 }, () => null), tooMany],
    ...items.map(([item, words]): BadValue => [[item], flat ? words : { 0: words }]),
  ]
}

function badObjects({ parts, good }: Field): BadValue[] {
  const kinds: [unknown, string][] = [
    ['', 'str'],
    ['x', 'str'],
    [7, 'int'],
    [true, 'bool'],
    [[], 'list'],
  ]
  const inside = Object.entries(parts!).flatMap(([part, rule]) => badFields(part, rule))
  return [
    ...kinds.map(([value, kind]): BadValue => [
      value,
      { non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] },
    ]),
    ...inside.map(({ field, fields, words }): BadValue => [
      { ...good, ...fields },
      { [field]: words },
    ]),
  ]
}

/** Stands for the number 1e999, which JSON can say and `JSON.stringify` cannot. */
const infinity = '<1e999>'

/** A body as JSON, numbers beyond all included. */
export function jsonOf(body: object): CallOptions {
  return rawJson(JSON.stringify(body).replaceAll(`"${infinity}"`, '1e999'))
}
