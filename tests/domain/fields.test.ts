// Fields by themselves: what each takes, what it makes of it, and the codes for what it refuses. How
// the codes are worded is the wire's (`wire/dialects.test.ts`).
import { describe, expect, it, vi } from 'vitest'
import type * as z from 'zod'
import {
  boolean,
  choice,
  email,
  emailKey,
  field,
  foldCase,
  integer,
  issuesOf,
  list,
  newPassword,
  nullable,
  optional,
  optionalCode,
  text,
  username,
} from '../../src/domain/base/fields'
import { phoneNumber } from '../../src/domain/people/fields'
import { date, dateTime, timezone } from '../../src/domain/base/fields/times'

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
    ['\0\udfff', ['null_character']],
    ['x'.repeat(5), 'xxxxx'],
    ['👪'.repeat(5), '👪👪👪👪👪'],
    ['x'.repeat(6), ['too_long']],
    ['👪'.repeat(6), ['too_long']],
    [' xxxxx ', 'xxxxx'],
    ['\0xxxxx', ['too_long']],
    [`x${' '.repeat(100_000)}`, 'x'],
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
    ['q\u0301', 'q\u0301'],
    ['हिन्दी', 'हिन्दी'],
    ['தமிழ்-செல்வி', 'தமிழ்-செல்வி'],
    ['สมชาย.ดี', 'สมชาย.ดี'],
    ['\u0301a', ['bad_username']],
    ['1\u0301', ['bad_username']],
    [`a${'\u0316'.repeat(4)}`, `a${'\u0316'.repeat(4)}`],
    [`a${'\u0316'.repeat(5)}`, ['bad_username']],
    ['alice\u3164', ['bad_username']],
    ['\uffa0alice', ['bad_username']],
    ['al\u115fice', ['bad_username']],
    ['al\u1160ice', ['bad_username']],
    ['a\u034fb', ['bad_username']],
    ['a\ufe0f', ['bad_username']],
    ['ក\u17b4', ['bad_username']],
    ['हि\u200dन्दी', ['bad_username']],
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
    ['x x'.repeat(60), ['too_long']],
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
      expect(read(email(), sign.repeat(100_000))).toEqual(['too_long'])
      expect(read(email(), sign.repeat(127))).toEqual(['not_email'])
    }
  })
})

describe('an e-mail address at a domain in letters of its own', () => {
  it.each([
    ['user@münchen.de', 'user@xn--mnchen-3ya.de'],
    ['User@MÜNCHEN.DE', 'user@xn--mnchen-3ya.de'],
    ['user@mu\u0308nchen.de', 'user@xn--mnchen-3ya.de'],
    ['user@XN--MNCHEN-3YA.de', 'user@xn--mnchen-3ya.de'],
    ['user@straße.example', 'user@xn--strae-oqa.example'],
    ['user@ｅｘａｍｐｌｅ．com', 'user@example.com'],
    ['user@例え。テスト', 'user@xn--r8jz45g.xn--zckzah'],
    ['user@हिन्दी.भारत', 'user@xn--j2bd4cyah0f.xn--h2brj9c'],
    ['user@l·l.example', 'user@xn--ll-0ea.example'],
  ])('%s is taken as it is written, and is %s', (address, key) => {
    expect(read(email(), address)).toBe(address)
    expect(emailKey(address)).toBe(key)
  })

  it.each([
    'user@münchen',
    'user@münchen.de.',
    'user@münchen。',
    'user@-münchen.de',
    'user@münchen-.de',
    'user@mün_chen.de',
    'user@mün chen.de',
    'user@münchen.de/x',
    'user@münchen.de:25',
    'user@x@münchen.de',
    'user@mün%63hen.de',
    'user@１.２.３.４',
    'user@mün\u200bchen.de',
    'user@\u0301a.de',
    `user@${'ü'.repeat(60)}.de`,
    `user@${'ü.'.repeat(60)}de`,
    'üser@münchen.de',
  ])('cannot be %j', (address) => {
    expect(read(email(), address)).toEqual(['not_email'])
  })
})

describe('a code as somebody types it', () => {
  it.each<[unknown, unknown]>([
    ['123456', '123456'],
    ['123 456', '123456'],
    [' 123-456\n', '123456'],
    ['123\u00a0456', '123456'],
    ['123\u2011456', '123456'],
    ['123\u2013456', '123456'],
    ['\u202a123456\u202c', '123456'],
    ['１２３４５６', '123456'],
    ['١٢٣٤٥٦', '123456'],
    ['१२३४५६', '123456'],
    [123456, '123456'],
    ['', ''],
    [null, null],
    ['1'.repeat(255), ['too_long']],
  ])('%j is %j', (raw, expected) => {
    expect(read(optionalCode, raw)).toEqual(expected)
  })
})

describe('a phone number', () => {
  it.each([
    '+12125550123',
    '+1 212 555 0123',
    '+1 (212) 555-0123',
    '+1.212.555.0123',
    '\u202a+1\u00a0212\u2011555\u20110123\u202c',
    '＋１２１２５５５０１２３',
    '+١٢١٢٥٥٥٠١٢٣',
  ])('%j is +12125550123', (raw) => expect(read(phoneNumber, raw)).toBe('+12125550123'))

  it('is without a zero in parentheses, and none at all where it is empty', () => {
    expect(read(phoneNumber, '+44 (0)20 7946 0958')).toBe('+442079460958')
    expect(read(phoneNumber, ' ')).toBe('')
  })

  it.each([
    '0123',
    '12125550123',
    '+0123',
    '+1 212 call me',
    '+',
    '()',
    '+1+2',
    `+${'1'.repeat(16)}`,
  ])('cannot be %j', (raw) => expect(read(phoneNumber, raw)).toEqual(['not_phone_number']))
})

describe('a time zone', () => {
  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['america/port-au-prince', 'America/Port-au-Prince'],
    ['antarctica/dumontdurville', 'Antarctica/DumontDUrville'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['ASIA/CALCUTTA', 'Asia/Calcutta'],
    ['europe/isle_of_man', 'Europe/Isle_of_Man'],
    ['us/east-indiana', 'US/East-Indiana'],
    ['america/argentina/comodrivadavia', 'America/Argentina/ComodRivadavia'],
    ['america/knox_in', 'America/Knox_IN'],
    ['etc/utc', 'Etc/UTC'],
    ['etc/gmt+3', 'Etc/GMT+3'],
    ['utc', 'UTC'],
    ['est5edt', 'EST5EDT'],
    ['w-su', 'W-SU'],
    ['nz-chat', 'NZ-CHAT'],
    ['gb-eire', 'GB-Eire'],
  ])('%s is %s, an alias the one that was chosen', (given, name) => {
    expect(read(timezone, given)).toBe(name)
    expect(read(timezone, name)).toBe(name)
  })

  it.each(['Mars/Olympus', '+02:00', 'IST', 'Europe/Berlin\r\nX:1', 'Europe/Berlin\u0301'])(
    'cannot be %j',
    (raw) => expect(read(timezone, raw)).toEqual(['not_timezone']),
  )
})

describe('a list', () => {
  it('is refused for its length before an entry is looked at', () => {
    const looked = vi.fn<(raw: unknown) => unknown>((raw) => raw)
    const entry = field({}, looked)
    expect(read(list(entry, 3), [1, 2, 3])).toEqual([1, 2, 3])
    looked.mockClear()
    expect(read(list(entry, 3), [1, 2, 3, 4])).toEqual(['too_many'])
    expect(looked).not.toHaveBeenCalled()
    expect(read(list(entry, 3), 'x')).toEqual(['not_list'])
    expect(read(optional(list(entry, 3)), undefined)).toBe(undefined)
  })
})

describe('a wrong word', () => {
  it('is told back in its first hundred letters, or as what it is', () => {
    const wordOf = (raw: unknown) => {
      const parsed = choice('yes', 'no').safeParse(raw)
      return parsed.success ? undefined : issuesOf(parsed.error)[0]?.detail
    }
    expect(wordOf('maybe')).toBe('maybe')
    expect(wordOf(`${'x'.repeat(99)}👪`)).toBe(`${'x'.repeat(99)}\ufffd…`)
    expect(wordOf(new Uint8Array(2 ** 21))).toBe('dict')
    expect(wordOf(7)).toBe('7')
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
    ['man\u0303ana-123', 'ma\u00f1ana-123'],
    ['e\u0301'.repeat(7), ['password_short']],
    ['１２３４５６７８', ['password_numeric']],
    ['\ufb03'.repeat(86), ['too_long']],
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
    ['2025-09-28T12:00:00.5', '2025-09-28T12:00:00.000Z'],
    ['2025-09-28T12:00:00,999999', '2025-09-28T12:00:00.000Z'],
    ['2025-09-28T12:00:00.1234567Z', '2025-09-28T12:00:00.000Z'],
    ['1969-12-31T23:59:59.600Z', '1969-12-31T23:59:59.000Z'],
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
