// Fields by themselves: what each takes, what it makes of it, and the codes for what it refuses. How
// the codes are worded is the wire's (`wire/dialects.test.ts`).
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import {
  boolean,
  email,
  foldCase,
  integer,
  issuesOf,
  newPassword,
  nullable,
  optional,
  text,
  username,
} from '../../src/domain/fields'
import { date, dateTime } from '../../src/domain/time-fields'

/** The decoded value, or the codes of all that is wrong. */
function read(field: z.ZodType, raw: unknown): unknown {
  const parsed = field.safeParse(raw)
  return parsed.success ? parsed.data : issuesOf(parsed.error).map(({ code }) => code)
}

describe('every field', () => {
  const fields = { text: text(), integer: integer(), boolean, date, dateTime, email: email() }

  it.each(Object.entries(fields))('needs to be there, unless it is optional: %s', (_, field) => {
    expect(read(field, undefined)).toEqual(['required'])
    expect(read(optional(field), undefined)).toBe(undefined)
    expect(read(optional(field), null)).toEqual(['null'])
  })

  it.each(Object.entries(fields))('takes no null, unless it is nullable: %s', (_, field) => {
    expect(read(field, null)).toEqual(['null'])
    expect(read(nullable(field), null)).toBe(null)
    expect(read(nullable(field), undefined)).toEqual(['required'])
    expect(read(optional(nullable(field)), undefined)).toBe(undefined)
  })
})

describe('text', () => {
  it.each<[unknown, unknown]>([
    [' a b ', 'a b'],
    ['\u00a0名字\n', '名字'],
    [7, '7'],
    [-0.5, '-0.5'],
    [1e21, '1e+21'],
    ['', ['blank']],
    [' \t\n', ['blank']],
    [true, ['not_text']],
    [Infinity, ['not_text']],
    [NaN, ['not_text']],
    [[], ['not_text']],
    [{}, ['not_text']],
    ['a\0', ['null_character']],
    ['\ud800', ['surrogate']],
    ['\0\udfff', ['null_character', 'surrogate']],
    ['x'.repeat(5), 'xxxxx'],
    ['👪'.repeat(5), '👪👪👪👪👪'],
    ['x'.repeat(6), ['too_long']],
    ['👪'.repeat(6), ['too_long']],
    [' xxxxx ', 'xxxxx'],
    ['\0xxxxx', ['null_character', 'too_long']],
  ])('of at most 5 makes of %j: %j', (raw, expected) => {
    expect(read(text({ max: 5 }), raw)).toEqual(expected)
  })

  it('may be blank, or verbatim, where its rule says so', () => {
    expect(read(text({ blank: true }), '  ')).toBe('')
    expect(read(text({ verbatim: true }), '  ')).toBe('  ')
    expect(read(text({ verbatim: true }), '')).toEqual(['blank'])
  })
})

describe('a username', () => {
  it.each<[unknown, unknown]>([
    ['alice', 'alice'],
    ['a.b+c-d_e@f', 'a.b+c-d_e@f'],
    ['Ärger-名字-٣', 'Ärger-名字-٣'],
    [' ａｌｉｃｅ ', 'alice'],
    ['e\u0301', 'é'],
    [42, '42'],
    ['a b', ['bad_username']],
    ['a/b', ['bad_username']],
    ['a\u200bb', ['bad_username']],
    ['\u202ealice', ['bad_username']],
    ['q\u0301', ['bad_username']],
    ['🦊', ['bad_username']],
    ['deleted-1', ['bad_username']],
    ['DELETED-００７', ['bad_username']],
    ['deleted-1a', 'deleted-1a'],
    ['deleted', 'deleted'],
    ['\u00bc', ['bad_username']],
    ['x'.repeat(151), ['too_long']],
    ['ﬃ'.repeat(50), 'ffi'.repeat(50)],
    ['ﬃ'.repeat(51), ['too_long']],
    ['ﬃ'.repeat(151), ['too_long']],
    ['x x'.repeat(60), ['too_long', 'bad_username']],
  ])('%j becomes %j', (raw, expected) => {
    expect(read(username, raw)).toEqual(expected)
  })
})

describe('the folded form', () => {
  it.each([
    ['ß', 'SS', 'ẞ', 'ss'],
    ['ς', 'σ', 'Σ'],
    ['ﬃ', 'FFI', 'ffi'],
    ['K', 'k', '\u212a'],
    ['Å', 'å', '\u212b', 'A\u030a'],
    ['ÿ', 'Ÿ'],
    ['ǅ', 'Ǆ', 'ǆ', 'dž'],
    ['ᾳ', 'ᾼ', 'ΑΙ', 'αι'],
    ['ꭰ', 'Ꭰ'],
    ['𐐀', '𐐨'],
  ])('is one for %j and its other cases', (...spellings) => {
    expect(new Set(spellings.map(foldCase)).size).toBe(1)
  })

  it('is the same for every letter, its upper, its lower and its folded form', () => {
    const odd: string[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const sign = String.fromCodePoint(code)
      if (!/[\p{L}\p{N}]/u.test(sign)) continue
      const folded = foldCase(sign)
      const others = [sign.toUpperCase(), sign.toLowerCase(), folded]
      if (others.some((other) => foldCase(other) !== folded)) odd.push(sign)
    }
    expect(odd).toEqual([])
  })
})

describe('an e-mail address', () => {
  it.each([
    'alice@example.org',
    ' Alice.B+news@mail.example.co.uk ',
    "o'brien_1@x-y.museum",
    `${'a'.repeat(64)}@example.org`,
    'a@xn--mller-kva.example',
  ])('can be %j', (address) => {
    expect(read(email(), address)).toBe(address.trim())
  })

  it.each([
    'alice',
    'alice@',
    '@example.org',
    'alice@example',
    'alice@-example.org',
    'alice@example-.org',
    'alice@exa mple.org',
    'alice@@example.org',
    'a@b@example.org',
    '.alice@example.org',
    'alice.@example.org',
    'al..ice@example.org',
    'alice@example..org',
    'alice@example.org.',
    'alice@example.o',
    'alice@example.1',
    'Alice <alice@example.org>',
    'alice@example.org, bob@example.org',
    'alice@example.org\r\nBcc: bob@example.org',
    'älice@example.org',
  ])('cannot be %j', (address) => {
    expect(read(email(), address)).toEqual(['not_email'])
  })

  it('has at most 254 characters, and is none at all only where that is allowed', () => {
    const longest = `al@${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.example`
    expect(longest.length).toBe(254)
    expect(read(email(), longest)).toBe(longest)
    expect(read(email(), `b${longest}`)).toEqual(['too_long'])
    expect(read(email(), '')).toEqual(['blank'])
    expect(read(email({ blank: true }), ' ')).toBe('')
  })

  it('of a hundred thousand signs is refused', () => {
    // An ambiguous pattern would try for years.
    for (const sign of ['a', 'a.', '@', 'a@', 'a-', '-']) {
      expect(read(email(), sign.repeat(100_000))).toContain('not_email')
    }
  })
})

describe('a new password', () => {
  it.each<[unknown, unknown]>([
    ['testpass', 'testpass'],
    ['password123', 'password123'],
    ['popopopo0987', 'popopopo0987'],
    ['  spaces  ', '  spaces  '],
    ['🔑'.repeat(8), '🔑'.repeat(8)],
    ['🔑'.repeat(7), ['password_short']],
    ['tespass', ['password_short']],
    ['12345678', ['password_numeric']],
    ['1234567', ['password_short', 'password_numeric']],
    ['x'.repeat(256), 'x'.repeat(256)],
    ['x'.repeat(257), ['too_long']],
    ['', ['blank']],
    ['        ', '        '],
    [true, ['not_text']],
  ])('%j becomes %j', (raw, expected) => {
    expect(read(newPassword, raw)).toEqual(expected)
  })
})

describe('a whole number', () => {
  it.each<[unknown, unknown]>([
    [7, 7],
    ['7', 7],
    [' -7 ', -7],
    ['007', 7],
    [7.5, ['not_integer']],
    ['7.5', ['not_integer']],
    ['', ['not_integer']],
    ['1e3', ['not_integer']],
    ['0x10', ['not_integer']],
    ['seven', ['not_integer']],
    [true, ['not_integer']],
    [[7], ['not_integer']],
    [Infinity, ['not_integer']],
    [-10, ['too_small']],
    ['99', ['too_large']],
    ['9'.repeat(20), ['too_large']],
    ['9'.repeat(21), ['not_integer']],
  ])('from -9 to 9 makes of %j: %j', (raw, expected) => {
    expect(read(integer({ min: -9, max: 9 }), raw)).toEqual(expected)
  })

  it('is never larger than what a number can hold exactly', () => {
    expect(read(integer(), 2 ** 53 - 1)).toBe(2 ** 53 - 1)
    expect(read(integer(), 2 ** 53)).toEqual(['too_large'])
  })
})

describe('true or false', () => {
  it.each([true, 1, '1', 'true', 'True', 'TRUE', 't', 'yes', 'Y', 'on', ' On '])(
    '%j is true',
    (raw) => {
      expect(read(boolean, raw)).toBe(true)
    },
  )

  it.each([false, 0, '0', 'false', 'False', 'F', 'no', 'n', 'off', ' OFF'])(
    '%j is false',
    (raw) => {
      expect(read(boolean, raw)).toBe(false)
    },
  )

  it.each(['', 'maybe', 2, -1, [], {}, 'truetrue'])('%j is neither', (raw) => {
    expect(read(boolean, raw)).toEqual(['not_boolean'])
  })
})

describe('a date', () => {
  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', ' 2025-09-28 '])(
    'can be %j',
    (raw) => expect(read(date, raw)).toBe(raw.trim()),
  )

  it.each<unknown>([
    '2025-02-29',
    '1900-02-29',
    '2025-04-31',
    '2025-00-10',
    '2025-13-10',
    '2025-01-00',
    '0000-01-01',
    '10000-01-01',
    '-2025-01-01',
    '2025-1-1',
    '20250101',
    '2025/01/01',
    '2025-01-01T00:00:00Z',
    '٢٠٢٥-٠١-٠١',
    '',
    20250101,
    true,
    [],
  ])('cannot be %j', (raw) => expect(read(date, raw)).toEqual(['not_date']))
})

describe('a point in time', () => {
  it.each([
    ['2025-09-28T12:00:00Z', '2025-09-28T12:00:00.000Z'],
    ['2025-09-28t12:00:00z', '2025-09-28T12:00:00.000Z'],
    [' 2025-09-28 12:00 ', '2025-09-28T12:00:00.000Z'],
    ['2025-09-28T12:00', '2025-09-28T12:00:00.000Z'],
    ['2025-09-28T12:00:00.5', '2025-09-28T12:00:00.500Z'],
    ['2025-09-28T12:00:00,123456', '2025-09-28T12:00:00.123Z'],
    ['2025-09-28T12:00:00.1234567Z', '2025-09-28T12:00:00.123Z'],
    ['2025-09-28T12:00:00+02:00', '2025-09-28T10:00:00.000Z'],
    ['2025-09-28T12:00:00-0530', '2025-09-28T17:30:00.000Z'],
    ['2025-09-28T12:00+09', '2025-09-28T03:00:00.000Z'],
    ['2024-02-29T23:59:59 Z', '2024-02-29T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%j is %s', (raw, expected) => {
    expect(new Date(read(dateTime, raw) as number).toISOString()).toBe(expected)
  })

  it.each<unknown>([
    '2025-09-28',
    '2025-02-29T12:00:00Z',
    '2025-09-28T24:00:00Z',
    '2025-09-28T12:60:00Z',
    '2025-09-28T12:00:60Z',
    '2025-09-28T12:00:00+24:00',
    '2025-09-28T12:00:00+02:60',
    '2025-09-28T12',
    '28 Sep 2025 12:00',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    'now',
    '',
    1_759_060_800,
    true,
    {},
  ])('cannot be %j', (raw) => expect(read(dateTime, raw)).toEqual(['not_datetime']))
})
