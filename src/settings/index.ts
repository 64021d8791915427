// Every variable and secret, parsed and checked once per isolate. A Worker that lacks a secret serves
// nothing and says which command sets it.
import type { Keys, Limit, PasswordKey, Rules } from '../domain/base/context'
import type { FortyTwoSettings } from '../platform/fortytwo'
import { readFortyTwo } from './fortytwo'
import type { MailSettings } from '../platform/mail/mailer'
import { readSender, readSmtpServer } from './mail'
import { readSecurityContacts } from './security-contact'
import { isKeyPair, readPasswordKey } from './password-key'
import type { WireRules } from '../wire/pipeline/app-env'

/** What the deployment has set, with the defaults filled in. */
export type Settings = {
  keys: Keys
  rules: Rules
  /** The origin that absolute links start with; '' means the request's own. No slash at the end. */
  publicUrl: string
  mail: MailSettings
  wire: WireRules
  floodGuard: boolean
  libsql: { url: string; authToken: string | undefined } | null
  /** Null where sign-in with 42 is not set up. */
  fortyTwo: FortyTwoSettings | null
}

/**
 * The settings, or everything that is wrong with them, each with what to do about it. Either way the
 * origins whose pages may read the answer.
 */
export type SettingsResult = { corsOrigins: readonly string[] } & (
  | { ok: true; settings: Settings }
  | { ok: false; problems: string[] }
)

const known = new WeakMap<object, SettingsResult>()

/** Reads the environment; the same environment object is read once. */
export function readSettings(env: object): SettingsResult {
  let result = known.get(env)
  if (!result) known.set(env, (result = parseSettings(env as Record<string, unknown>)))
  return result
}

const proven = new WeakMap<object, Promise<SettingsResult>>()

/** `readSettings`, and beyond it what cannot be checked in one go: that a key's halves belong together. */
export function proveSettings(env: object): Promise<SettingsResult> {
  let result = proven.get(env)
  if (!result) proven.set(env, (result = withProof(readSettings(env))))
  return result
}

async function withProof(read: SettingsResult): Promise<SettingsResult> {
  const key = read.ok && read.settings.keys.passwords
  if (!key || (await isKeyPair(key))) return read
  return { ok: false, problems: [badPasswordKey], corsOrigins: read.corsOrigins }
}

const badPasswordKey =
  'The secret PASSWORD_ENCRYPTION_JWK is no private EC P-256 key as JWK. The README says how to make one' +
  ' (npm run dev makes one in .dev.vars); without the secret, passwords are taken in plain text only.'

function parseSettings(env: Record<string, unknown>): SettingsResult {
  const read = reader(env)
  const corsOrigins = read.origins('CORS_ORIGINS')
  const cookieSameSite = read.choice('COOKIE_SAMESITE', ['Lax', 'Strict', 'None'])
  if (cookieSameSite === 'None' && corsOrigins.length === 0) {
    read.problems.push(
      'COOKIE_SAMESITE=None needs CORS_ORIGINS, the list of who may use the cookies.',
    )
  }
  const settings: Settings = {
    keys: {
      jwt: read.secret('JWT_SECRET'),
      ...read.optionalSecret('JWT_SECRET_PREVIOUS', 'jwtPrevious'),
      pepper: read.secret('HASH_PEPPER'),
      ...read.passwordKey(),
    },
    rules: {
      accessTokenLife: read.seconds('ACCESS_TOKEN_SECONDS', 900),
      refreshTokenLife: read.seconds('REFRESH_TOKEN_SECONDS', 2_592_000),
      sessionMaxLife: read.seconds('SESSION_MAX_SECONDS', 15_552_000),
      desertedKept: read.days('DELETED_KEPT_DAYS', 30),
      chatMessages: read.tries('LIMIT_CHAT_MESSAGES', '20/5'),
      frames: read.tries('LIMIT_FRAMES', '60/1'),
      badFrames: read.tries('LIMIT_BAD_FRAMES', '30/10'),
      socketsPerPerson: read.amount('SOCKETS_PER_PERSON', 20),
      instantFriends: read.choice('INSTANT_FRIENDS', ['on', 'off']) === 'on',
      freshSignIn: read.seconds('FRESH_SIGN_IN_SECONDS', 600),
      passwordLimits: {
        accountAndAddress: read.tries('LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS', '10/300'),
        newAddresses: read.tries('LIMIT_PASSWORD_NEW_ADDRESSES', '20/900'),
        address: read.tries('LIMIT_PASSWORD_ADDRESS', '30/300'),
      },
      rightPasswords: read.tries('LIMIT_PASSWORD_RIGHT', '30/300'),
      signInsAtOnce: read.amount('SIGN_INS_AT_ONCE', 3),
      limits: {
        friendsAsked: read.tries('LIMIT_FRIENDS_ASKED', '60/3600'),
        conversationsStarted: read.tries('LIMIT_CONVERSATIONS_STARTED', '100/86400'),
        plans: read.tries('LIMIT_PLANS', '60/86400'),
        contacts: read.tries('LIMIT_CONTACTS', '500/3600'),
        invitations: read.tries('LIMIT_INVITATIONS', '1000/86400'),
        tickets: read.tries('LIMIT_TICKETS', '120/3600'),
        uploads: read.tries('LIMIT_UPLOADS', '100/86400'),
        searches: read.tries('LIMIT_SEARCHES', '120/60'),
      },
      quotas: {
        files: read.amount('FILES_QUOTA_BYTES', 209_715_200),
        texts: read.amount('TEXT_QUOTA_BYTES', 20_971_520),
        contacts: read.amount('CONTACTS_MAX', 5_000),
      },
      registrationOpen: read.choice('REGISTRATION', ['open', 'closed']) === 'open',
      registrations: read.tries('LIMIT_REGISTRATIONS', '20/3600'),
      codeResendAfter: read.seconds('CODE_RESEND_SECONDS', 60),
      codesSent: read.tries('LIMIT_CODES_SENT', '5/3600'),
      namesHeld: read.amount('NAME_HELD_DAYS', 0, 0) * 86_400_000,
      notices: read.tries('LIMIT_NOTICES_SENT', '10/3600'),
      emailChanges: read.tries('LIMIT_EMAIL_CHANGES', '5/86400'),
      wrongCodes: read.tries('LIMIT_WRONG_CODES', '10/900'),
    },
    wire: {
      corsOrigins,
      cookieSameSite,
      securityContacts: read.parsed('SECURITY_CONTACT', '', readSecurityContacts),
      tokenInSocketUrl: read.choice('WS_TOKEN_IN_URL', ['on', 'off']) === 'on',
      tokensInBody: read.choice('TOKEN_DELIVERY', ['both', 'cookie']) === 'both',
    },
    floodGuard: read.choice('FLOOD_GUARD', ['on', 'off']) === 'on',
    publicUrl: read.origin('PUBLIC_URL'),
    mail: {
      from: read.parsed('MAIL_FROM', 'Kith <kith@localhost>', readSender),
      smtp: read.parsed('SMTP_URL', '', readSmtpServer),
    },
    libsql: read.libsql(),
    fortyTwo: read.fortyTwo(),
  }
  if (isSame(settings.keys.jwt, settings.keys.pepper)) {
    read.problems.push(secretFault('HASH_PEPPER', 'is the same as JWT_SECRET'))
  }
  return read.problems.length > 0
    ? { ok: false, problems: read.problems, corsOrigins }
    : { ok: true, settings, corsOrigins }
}

/** HMAC keys and peppers shorter than this can be guessed (RFC 7518 §3.2). */
const minSecretBytes = 32

const secretFault = (name: string, fault: string) =>
  `The secret ${name} ${fault}. Set it: openssl rand -base64 48 | npx wrangler secret put ${name}` +
  ' (npm run dev makes one in .dev.vars)'

/** Two secrets of one value, where each has one. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length > 0 && String(one) === String(other)
}

function reader(env: Record<string, unknown>) {
  const problems: string[] = []
  const text = (name: string) => (typeof env[name] === 'string' ? env[name].trim() : '')
  const bytesOf = (name: string) => {
    const bytes = new TextEncoder().encode(text(name))
    if (bytes.length < minSecretBytes) {
      const fault = bytes.length === 0 ? 'is missing' : `is shorter than ${minSecretBytes} bytes`
      problems.push(secretFault(name, fault))
    } else if (new Set(text(name)).size === 1) {
      problems.push(secretFault(name, 'is one letter, repeated'))
    }
    return bytes
  }
  return {
    problems,
    secret: bytesOf,
    optionalSecret<K extends string>(name: string, key: K): { [P in K]?: Uint8Array } {
      return text(name) === '' ? {} : ({ [key]: bytesOf(name) } as { [P in K]: Uint8Array })
    },
    /** A duration, in milliseconds. */
    seconds(name: string, fallback: number): number {
      if (text(name) === '') return fallback * 1000
      const seconds = Number(text(name))
      if (Number.isInteger(seconds) && seconds > 0) return seconds * 1000
      problems.push(`${name} must be a whole number of seconds above 0.`)
      return fallback * 1000
    },
    /** A whole number; `least` is the smallest one that makes sense. */
    amount(name: string, fallback: number, least = 1): number {
      if (text(name) === '') return fallback
      const amount = Number(text(name))
      if (Number.isSafeInteger(amount) && amount >= least) return amount
      problems.push(`${name} must be a whole number, ${least} or above.`)
      return fallback
    },
    /** A duration in whole days, in milliseconds. */
    days(name: string, fallback: number): number {
      const day = 24 * 60 * 60_000
      if (text(name) === '') return fallback * day
      if (/^\d{1,5}$/.test(text(name))) return Number(text(name)) * day
      problems.push(`${name} must be a whole number of days.`)
      return fallback * day
    },
    /** `tries/seconds`. */
    tries(name: string, fallback: string): Limit {
      const [, most, seconds] = /^(\d{1,9})\/(\d{1,9})$/.exec(text(name) || fallback) ?? []
      if (Number(most) > 0 && Number(seconds) > 0) {
        return { most: Number(most), window: Number(seconds) * 1000 }
      }
      problems.push(
        `${name} must be tries/seconds, both whole numbers above 0, such as ${fallback}.`,
      )
      return { most: 1, window: 1000 }
    },
    /** One of some words; the first is the default. */
    choice<const W extends string>(name: string, words: readonly [W, ...W[]]): W {
      const given = text(name)
      if (given === '') return words[0]
      const word = words.find((word) => word.toLowerCase() === given.toLowerCase())
      if (!word) problems.push(`${name} must be one of ${words.join(', ')}.`)
      return word ?? words[0]
    },
    /** Origins, separated by commas. */
    origins(name: string): string[] {
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
    /** What a parser makes of the text, or of the fallback; what it throws is told after the name. */
    parsed<T>(name: string, fallback: string, parse: (text: string) => T): T {
      try {
        return parse(text(name) || fallback)
      } catch (error) {
        problems.push(`${name} ${(error as Error).message}`)
        return parse(fallback)
      }
    },
    /** An origin such as `https://api.example.org`, or '' where none is set. */
    origin(name: string): string {
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
