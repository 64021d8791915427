// Passwords against outside authorities: the Argon2 reference implementation's and Django's published strings,
// and @noble/hashes, a second implementation. Django's were also made anew with Python's hashlib.
import { argon2id } from '@noble/hashes/argon2.js'
import { describe, expect, it, vi } from 'vitest'
import {
  hashPassword,
  spendDummyHash,
  verifyPassword,
} from '../../src/domain/accounts/passwords/passwords'
import { isLong } from '../support/long'

const CURRENT = { ok: true, stale: false }
const STALE = { ok: true, stale: true }
const WRONG = { ok: false, stale: false }

const TODAYS = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

// phc-winner-argon2, src/test.c: password 'password', salt 'somesalt'.
const REFERENCE = [
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
  '$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg',
  '$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw',
  '$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw',
]

// django/django, tests/auth_tests/test_hashers.py of 1.6 to 3.0: password 'lètmein'. Newer ones differ in the count
// alone, and outside the optimised bundle each 100,000 rounds take two seconds: the last is for the long form.
const DJANGO = [
  'pbkdf2_sha256$12000$seasalt2$hlDLKsxgkgb1aeOppkM5atCYw5rPzAjCNQZ4NYyUROw=',
  'pbkdf2_sha256$20000$seasalt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=',
  'pbkdf2_sha256$20000$seasalt2$Flpve/uAcyo6+IFI6YAhjeABGPVbRQjzHDxRhqxewgw=',
  ...(isLong ? ['pbkdf2_sha256$180000$seasalt2$42TW7RGTT6FJUY+hv/VNLy7/3F0KbOcvoKmvB6TAnGU='] : []),
]
const DJANGO_ONCE = 'pbkdf2_sha256$1$seasalt$mJQ8D8xVBAKQGCo0t0n+NSPS2a0gQhVtjuC9LdL9WiM='

describe('hashing', () => {
  it.each(['correct horse battery staple', 'pässwörd 密碼 🔑', ' '.repeat(8), '🔑'.repeat(128)])(
    'makes the tag that a second implementation makes of %j',
    async (password) => {
      const encoded = await hashPassword(password)
      const salt = bytesOf(TODAYS.exec(encoded)?.[1] ?? '')
      expect(encoded).toBe(phc(password, salt, { m: 19_456, t: 2, p: 1 }))
      expect(await verifyPassword(password, encoded)).toEqual(CURRENT)
    },
  )

  it('keeps five people apart who ask at the same moment', async () => {
    const passwords = ['alice', 'bob', 'carol', 'dan', 'erin'].map(
      (name) => `the password of ${name}`,
    )
    const encoded = await Promise.all(passwords.map((password) => hashPassword(password)))
    const checks = encoded.flatMap((one) =>
      passwords.map((password) => verifyPassword(password, one)),
    )
    const own = passwords.flatMap((_, row) =>
      passwords.map((_, column) => (row === column ? CURRENT : WRONG)),
    )
    expect(await Promise.all(checks)).toEqual(own)
    expect(new Set(encoded.map((one) => TODAYS.exec(one)?.[1])).size).toBe(5)
  }, 30_000)

  it('makes one instance for all who come before there is any', async () => {
    vi.resetModules()
    const { Instance } = WebAssembly
    const instance = vi.spyOn(WebAssembly, 'Instance').mockImplementation(function (...made) {
      return new Instance(...made)
    })
    try {
      const fresh = await import('../../src/domain/accounts/passwords/passwords')
      expect(instance).toHaveBeenCalledTimes(0)
      await Promise.all(['alice', 'bob', 'carol'].map((one) => fresh.spendDummyHash(one)))
      expect(instance).toHaveBeenCalledTimes(1)
    } finally {
      instance.mockRestore()
    }
  })

  it.each(['', 'x', '\u0001', 'x'.repeat(2_049)])(
    'takes no text of a length like %#',
    async (text) => {
      await expect(hashPassword(text)).rejects.toThrow(RangeError)
    },
  )
})

describe('verifying Argon2id', () => {
  it.each(REFERENCE)('knows the reference implementation’s %s', async (encoded) => {
    expect(await verifyPassword('password', encoded)).toEqual(STALE)
    expect(await verifyPassword('passwore', encoded)).toEqual(WRONG)
  })

  it.each([
    { m: 8, t: 1, p: 1, salt: 8 },
    { m: 64, t: 3, p: 1, salt: 16 },
    { m: 101, t: 2, p: 3, salt: 17 },
    { m: 128, t: 1, p: 16, salt: 64 },
    { m: 19_456, t: 1, p: 1, salt: 16 },
    { m: 19_456, t: 2, p: 1, salt: 15 },
    { m: 19_456, t: 2, p: 1, salt: 17 },
  ])('knows another form, $m KiB, $t passes, $p lanes, and calls it stale', async (form) => {
    const salt = crypto.getRandomValues(new Uint8Array(form.salt))
    expect(await verifyPassword('an old one', phc('an old one', salt, form))).toEqual(STALE)
  })

  it('refuses another password, however near', async () => {
    const encoded = await hashPassword('Tr0ub4dor&3')
    for (const near of [
      'tr0ub4dor&3',
      'Tr0ub4dor&3 ',
      ' Tr0ub4dor&3',
      'Tr0ub4dor&',
      'Tr0ub4dor&3\0',
      '',
    ]) {
      expect([near, await verifyPassword(near, encoded)]).toEqual([near, WRONG])
    }
    expect(await verifyPassword(encoded, encoded)).toEqual(WRONG)
  })

  it('refuses a salt or tag in which any one character is another', async () => {
    const encoded = phc('password', new Uint8Array(16).fill(7), { m: 8, t: 1, p: 1 })
    expect(await verifyPassword('password', encoded)).toEqual(STALE)
    const others = tampered(encoded, '$argon2id$v=19$m=8,t=1,p=1$')
    expect(others.length).toBe(22 + 43)
    expect(await acceptedAmong('password', others)).toEqual([])
  })

  it('refuses a second spelling of the same salt or tag', async () => {
    const encoded = phc('password', new Uint8Array(16).fill(7), { m: 8, t: 1, p: 1 })
    const salt = encoded.split('$')[4] ?? ''
    const spellings = Array.from(BASE64, (last) => [
      encoded.slice(0, -1) + last,
      encoded.replace(salt, salt.slice(0, -1) + last),
    ]).flat()
    spellings.push(`${encoded}=`, encoded.replace(salt, `${salt}==`))
    expect(await acceptedAmong('password', spellings)).toEqual([encoded, encoded])
  })
})

describe('verifying what Django stored', () => {
  it.each(DJANGO)(
    'knows the published %s',
    async (encoded) => {
      expect(await verifyPassword('lètmein', encoded)).toEqual(STALE)
    },
    20_000,
  )

  it('refuses another password', async () => {
    for (const near of ['lètmeinz', 'letmein', 'lètmein ', DJANGO_ONCE]) {
      expect([near, await verifyPassword(near, DJANGO_ONCE)]).toEqual([near, WRONG])
    }
  })

  it('knows a password and a salt in any script', async () => {
    const encoded = 'pbkdf2_sha256$1000$sälz$/aZBOsVWpJwVWXI2qzFheOR0bWTrdHe5aaRKanLc4Dw='
    expect(await verifyPassword('пароль 密碼 🔑', encoded)).toEqual(STALE)
    expect(await verifyPassword('пароль 密碼 🔒', encoded)).toEqual(WRONG)
  })

  it('refuses a salt or hash in which any one character is another', async () => {
    expect(await verifyPassword('lètmein', DJANGO_ONCE)).toEqual(STALE)
    const others = tampered(DJANGO_ONCE, 'pbkdf2_sha256$1$')
    expect(others.length).toBe(7 + 44)
    expect(await acceptedAmong('lètmein', others)).toEqual([])
  })

  it('takes the normal form of what was sent too, which is no reason to hash it a third time', async () => {
    expect(await verifyPassword('lètmein'.normalize('NFC'), DJANGO_ONCE)).toEqual(STALE)
    expect(await verifyPassword('lètmein'.normalize('NFD'), DJANGO_ONCE)).toEqual({
      ok: true,
      stale: false,
    })
  })
})

describe('the normal form', () => {
  const salt = new Uint8Array(16).fill(7)
  const today = { m: 19_456, t: 2, p: 1 }

  it.each([
    ['composed or not', 'mañana-123'.normalize('NFC'), 'mañana-123'.normalize('NFD')],
    ['full-width or not', 'password-１２３', 'ｐａｓｓｗｏｒｄ-123'],
    ['with a ligature or not', 'e\ufb03cient!', 'efficient!'],
  ])('is one for what is %s', async (_, one, other) => {
    const [ofOne, ofOther] = [await hashPassword(one), await hashPassword(other)]
    for (const password of [one, other]) {
      expect(await verifyPassword(password, ofOne)).toEqual(CURRENT)
      expect(await verifyPassword(password, ofOther)).toEqual(CURRENT)
    }
  })

  it('leaves hashes good that were made of the text as it was sent, for two hashes at most', async () => {
    const sent = 'mañana-123'.normalize('NFD')
    const old = phc(sent, salt, today)
    expect(await checkAndCount(sent, old)).toEqual([CURRENT, 2])
    expect(await checkAndCount(sent, await hashPassword(sent))).toEqual([CURRENT, 1])
    expect(await checkAndCount('mañana-124'.normalize('NFD'), old)).toEqual([WRONG, 2])
    expect(await checkAndCount('plain ASCII', old)).toEqual([WRONG, 1])
  })

  it('is not looked for in a text that is no password for its length', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    try {
      const marks = `a${'\u0301'.repeat(16_000)}${'\u0316'.repeat(16_000)}`
      expect(await verifyPassword(marks, phc('a', salt, today))).toEqual(WRONG)
      await expect(hashPassword(marks)).rejects.toThrow(RangeError)
      expect(normalize).not.toHaveBeenCalled()
    } finally {
      normalize.mockRestore()
    }
  })
})

describe('what is refused at the price of one hash', () => {
  const [reference = ''] = REFERENCE
  const rest = reference.slice(reference.indexOf('$c29t'))

  it.each([
    '',
    '!',
    '!oUj6CjWmQ0bEuJmXk4mpBc5p3w7kEQqzqfAO2kTV',
    `!${reference}`,
    `!${DJANGO_ONCE}`,
    '$argon2id$',
    reference.slice(0, -1),
    `${reference}\n`,
    ` ${reference}`,
    reference.replace('argon2id', 'argon2i'),
    reference.replace('v=19', 'v=16'),
    reference.replace('m=256', 'm=0256'),
    reference.replace('m=256', 'm=0x100'),
    reference.replace('m=256,t=2', 't=2,m=256'),
    reference.replace('p=1', 'p=1,keyid=AA'),
    reference.replace('c29tZXNhbHQ', 'c29tZXNhbHQAA'),
    reference.replace('c29tZXNhbHQ', 'c29tZX-_bHQ'),
    'pbkdf2_sha256$$seasalt$mJQ8D8xVBAKQGCo0t0n+NSPS2a0gQhVtjuC9LdL9WiM=',
    DJANGO_ONCE.replace('$1$', '$01$'),
    DJANGO_ONCE.replace('$1$', '$0$'),
    DJANGO_ONCE.replace('$1$', '$1e0$'),
    DJANGO_ONCE.replace('seasalt', ''),
    DJANGO_ONCE.replace('=', ''),
    'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3',
  ])('an unusable or malformed one: %j', async (encoded) => {
    const password = encoded.includes('seasalt') ? 'lètmein' : 'password'
    expect(await checkAndCount(password, encoded)).toEqual([WRONG, 1])
  })

  // The right hashes, each a step over one bound, and then what would never end.
  it.each([
    '$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$sXrUWRzCsuxn/QynL0cLAzlvXSr7JouCgY9QWL6XF9Y',
    '$argon2id$v=19$m=65536,t=5,p=1$c29tZXNhbHQ$UxZw70SZyMvB36WMWk7u6XSEHUuR0j3tad74wX8faGE',
    '$argon2id$v=19$m=136,t=1,p=17$c29tZXNhbHQ$Z7ZZFjMjgzzUscnUDAFsryAar23flfgC5MM8Fd+tGtk',
    `$argon2id$v=19$m=4294967295,t=2,p=1${rest}`,
    `$argon2id$v=19$m=256,t=4294967295,p=1${rest}`,
    `$argon2id$v=19$m=7,t=1,p=1${rest}`,
    `$argon2id$v=19$m=16,t=1,p=3${rest}`,
    `$argon2id$v=19$m=256,t=0,p=1${rest}`,
    `$argon2id$v=19$m=256,t=2,p=0${rest}`,
    'pbkdf2_sha256$2000001$seasalt$EopvKvEfwuyUzkQXodzsi5ab3HS6y10JkVbvEhNI6v8=',
    DJANGO_ONCE.replace('$1$', '$9999999$'),
    DJANGO_ONCE.replace('$1$', '$99999999999999999999$'),
  ])('an absurd one: %s', async (encoded) => {
    const password = encoded.includes('seasalt') ? 'lètmein' : 'password'
    expect(await checkAndCount(password, encoded)).toEqual([WRONG, 1])
  })

  it('a password that could not have been registered, though its hash be right', async () => {
    const salt = new Uint8Array(16).fill(7)
    const [longest, longer] = ['x'.repeat(2_048), 'x'.repeat(2_049)]
    const small = { m: 8, t: 1, p: 1 }
    expect(await verifyPassword(longest, phc(longest, salt, small))).toEqual(STALE)
    expect(await checkAndCount(longer, phc(longer, salt, small))).toEqual([WRONG, 1])
    for (const short of ['', 'x', '\u0001']) {
      expect(await checkAndCount(short, phc(short, salt, small))).toEqual([WRONG, 1])
    }
    const blank = 'pbkdf2_sha256$1000$seasalt$XHfRVmyEZRTCcSbqGP00JKv0fRwYHK0ogjPZdSJxCXk='
    expect(await checkAndCount('', blank)).toEqual([WRONG, 1])
  })

  it('a name that nobody has costs as much as a wrong password', async () => {
    const encoded = await hashPassword('popopopo0987')
    const wrong = await costOf(() => verifyPassword('popopopo0986', encoded))
    expect(wrong).toBeGreaterThan(19_456)
    expect(await costOf(() => spendDummyHash('popopopo0986'))).toBe(wrong)
    expect(await costOf(() => verifyPassword('popopopo0986', '!'))).toBe(wrong)
    expect(await costOf(() => spendDummyHash('x'.repeat(5_000)))).toBe(wrong)
    expect(await costOf(() => spendDummyHash(''))).toBe(wrong)
  })
})

/** What @noble/hashes makes of a password, in the form in which it is stored. */
function phc(password: string, salt: Uint8Array, { m, t, p }: { m: number; t: number; p: number }) {
  const tag = argon2id(password, salt, { m, t, p, dkLen: 32 })
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${unpadded(salt)}$${unpadded(tag)}`
}

/** Every text that differs from `encoded` in one character after `prefix`, the separators apart. */
function tampered(encoded: string, prefix: string) {
  return Array.from(encoded, (character, at) =>
    at < prefix.length || character === '$'
      ? []
      : [encoded.slice(0, at) + (character === 'A' ? 'B' : 'A') + encoded.slice(at + 1)],
  ).flat()
}

async function acceptedAmong(password: string, encodings: string[]) {
  const checks = await Promise.all(encodings.map((encoded) => verifyPassword(password, encoded)))
  return encodings.filter((_, index) => checks[index]?.ok)
}

/** The verdict, and how many Argon2id hashes it took: the package ends each with `memory.grow(0)`. */
async function checkAndCount(password: string, encoded: string) {
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow')
  try {
    const check = await verifyPassword(password, encoded)
    expect(grow.mock.calls.every(([pages]) => pages === 0)).toBe(true)
    return [check, grow.mock.calls.length]
  } finally {
    grow.mockRestore()
  }
}

/** What some work costs, in a measure that no busy machine moves: looks at where a block lies, so many each. */
async function costOf(work: () => Promise<unknown>) {
  const looks = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype), 'byteOffset', 'get')
  try {
    await work()
    return looks.mock.calls.length
  } finally {
    looks.mockRestore()
  }
}

function unpadded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('=', '')
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
