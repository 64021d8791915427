// How the variables of an environment are read, kind by kind: each answers with what makes sense, and says
// what does not.
import type { Limit, PasswordKey } from '../domain/base/context'
import { type FortyTwoSettings, readFortyTwo } from './fortytwo'
import { readPasswordKey } from './password-key'
import {
  type ChoiceName,
  type SecretName,
  type SettingName,
  settings as table,
  type WordOf,
} from './table'

/** The problem of a key that passwords cannot be encrypted for. */
export const badPasswordKey =
  'The secret PASSWORD_ENCRYPTION_JWK is no private EC P-256 key as JWK. docs/settings.md says how to make one' +
  ' (npm run dev makes one in .dev.vars); without the secret, passwords are taken in plain text only.'

/** HMAC keys and peppers shorter than this can be guessed (RFC 7518 §3.2). */
const minSecretBytes = 32

/** What is told of a secret, with the command that sets it. */
export const secretFault = (name: SecretName, fault: string) =>
  `The secret ${name} ${fault}. Set it: openssl rand -base64 48 | npx wrangler secret put ${name}` +
  ' (npm run dev makes one in .dev.vars)'

/** Reads an environment: each variable by its kind. What is wrong with any gathers in `problems`. */
export function reader(env: Record<string, unknown>) {
  const problems: string[] = []
  const text = (name: SettingName | SecretName) => {
    const given = env[name]
    return typeof given === 'string' ? given.trim() : ''
  }
  const fallbackOf = (name: SettingName | SecretName) =>
    name in table ? table[name as SettingName].fallback : ''
  const orFallback = (name: SettingName | SecretName) => text(name) || fallbackOf(name)
  const bytesOf = (name: SecretName) => {
    const bytes = new TextEncoder().encode(text(name))
    if (bytes.length < minSecretBytes) {
      const fault = bytes.length === 0 ? 'is missing' : `is shorter than ${minSecretBytes} bytes`
      problems.push(secretFault(name, fault))
    } else if (new Set(text(name)).size === 1) {
      problems.push(secretFault(name, 'is one letter, repeated'))
    }
    return bytes
  }
  /** A number that `isGood`; else the default, with what it must be among the problems. */
  const number = (name: SettingName, isGood: (n: number) => boolean, mustBe: string): number => {
    const given = Number(orFallback(name))
    if (isGood(given)) return given
    problems.push(`${name} must be ${mustBe}.`)
    return Number(fallbackOf(name))
  }
  return {
    problems,
    secret: bytesOf,
    optionalSecret<K extends string>(name: SecretName, key: K): { [P in K]?: Uint8Array } {
      return text(name) === '' ? {} : ({ [key]: bytesOf(name) } as { [P in K]: Uint8Array })
    },
    /** A duration, in milliseconds. */
    seconds(name: SettingName): number {
      const isGood = (n: number) => Number.isInteger(n) && n > 0
      return number(name, isGood, 'a whole number of seconds above 0') * 1000
    },
    /** A whole number; `least` is the smallest one that makes sense. */
    amount(name: SettingName, least = 1): number {
      const isGood = (n: number) => Number.isSafeInteger(n) && n >= least
      return number(name, isGood, `a whole number, ${least} or above`)
    },
    /** A duration in whole days, in milliseconds. */
    days(name: SettingName): number {
      const isGood = () => /^\d{1,5}$/.test(orFallback(name))
      return number(name, isGood, 'a whole number of days') * 24 * 60 * 60_000
    },
    /** `tries/seconds`. */
    tries(name: SettingName): Limit {
      const [, most, seconds] = /^(\d{1,9})\/(\d{1,9})$/.exec(orFallback(name)) ?? []
      if (Number(most) > 0 && Number(seconds) > 0) {
        return { most: Number(most), window: Number(seconds) * 1000 }
      }
      const example = fallbackOf(name)
      problems.push(
        `${name} must be tries/seconds, both whole numbers above 0, such as ${example}.`,
      )
      return { most: 1, window: 1000 }
    },
    /** One of some words; the first is the default. */
    choice<N extends ChoiceName>(name: N): WordOf<N> {
      const words: readonly string[] = table[name].words
      const given = orFallback(name).toLowerCase()
      const word = words.find((word) => word.toLowerCase() === given)
      if (!word) problems.push(`${name} must be one of ${words.join(', ')}.`)
      return (word ?? words[0]) as WordOf<N>
    },
    /** Origins, separated by commas. */
    origins(name: SettingName): string[] {
      const given = text(name)
        .split(',')
        .map((origin) => origin.trim())
      const listed = given.filter((origin) => origin !== '')
      const bad = listed.filter((origin) => !isOrigin(origin) && !appOrigin.test(origin))
      for (const origin of bad) {
        problems.push(
          `${name} must be exact origins such as https://app.example.org, not ${origin}.`,
        )
      }
      return listed.filter((origin) => !bad.includes(origin))
    },
    /** What a parser makes of the text, or of the default; what it throws is told after the name. */
    parsed<T>(name: SettingName | SecretName, parse: (text: string) => T): T {
      try {
        return parse(orFallback(name))
      } catch (error) {
        problems.push(`${name} ${(error as Error).message}`)
        return parse(fallbackOf(name))
      }
    },
    /** What a parser makes of a secret that may be left out, under a key of its own. */
    optional<K extends string, T>(
      name: SecretName,
      key: K,
      parse: (text: string) => T | undefined,
    ): { [P in K]?: T } {
      const value = this.parsed(name, parse)
      return value === undefined ? {} : ({ [key]: value } as { [P in K]: T })
    },
    /** An origin such as `https://api.example.org`, or '' where none is set. */
    origin(name: SettingName): string {
      const given = text(name).replace(/\/$/, '')
      if (given === '' || isOrigin(given)) return given
      problems.push(`${name} must be an origin such as https://api.example.org, without a path.`)
      return ''
    },
    passwordKey(): { passwords?: PasswordKey } {
      const given = text('PASSWORD_ENCRYPTION_JWK')
      if (given === '') return {}
      const passwords = readPasswordKey(given)
      if (passwords) return { passwords }
      problems.push(badPasswordKey)
      return {}
    },
    fortyTwo(): FortyTwoSettings | null {
      const read = readFortyTwo(text)
      problems.push(...read.problems)
      return read.settings
    },
    libsql() {
      const url = text('LIBSQL_URL')
      if (url === '') return null
      if (!isDatabaseUrl(url)) problems.push('LIBSQL_URL must be like https://db.example.org.')
      return { url, authToken: text('LIBSQL_AUTH_TOKEN') || undefined }
    },
  }
}

/** What a page inside an app comes from, such as `capacitor://localhost`. */
const appOrigin = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d+)?$/

function isOrigin(given: string): boolean {
  return URL.canParse(given) && new URL(given).origin === given
}

function isDatabaseUrl(given: string): boolean {
  return URL.canParse(given) && /^(libsql|https?|wss?):$/.test(new URL(given).protocol)
}
