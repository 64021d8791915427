// Every variable and secret, parsed and checked once per isolate. A Worker that lacks a secret serves
// nothing and says which command sets it.
import type { Keys, PasswordKey, Rules } from './domain/context'
import type { FortyTwoSettings } from './platform/fortytwo'
import { isKeyPair, readPasswordKey } from './settings-password-key'

/** What the deployment has set, with the defaults filled in. */
export type Settings = {
  keys: Keys
  rules: Rules
  /** The origin that absolute links start with; '' means the request's own. No slash at the end. */
  publicUrl: string
  libsql: { url: string; authToken: string | undefined } | null
  /** Origins of web clients beside our own. */
  corsOrigins: string[]
  /** Null where sign-in with 42 is not set up. */
  fortyTwo: FortyTwoSettings | null
}

/** The settings, or everything that is wrong with them, each with what to do about it. */
export type SettingsResult = { ok: true; settings: Settings } | { ok: false; problems: string[] }

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
  return key && !(await isKeyPair(key)) ? { ok: false, problems: [badPasswordKey] } : read
}

const badPasswordKey =
  'The secret PASSWORD_ENCRYPTION_JWK is no private EC P-256 key as JWK. The README says how to make one' +
  ' (npm run dev makes one in .dev.vars); without the secret, passwords are taken in plain text only.'

function parseSettings(env: Record<string, unknown>): SettingsResult {
  const read = reader(env)
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
    },
    publicUrl: read.origin('PUBLIC_URL'),
    libsql: read.libsql(),
    corsOrigins: read.origins('CORS_ORIGINS'),
    fortyTwo: read.fortyTwo(),
  }
  return read.problems.length > 0 ? { ok: false, problems: read.problems } : { ok: true, settings }
}

/** HMAC keys and peppers shorter than this can be guessed (RFC 7518 §3.2). */
const minSecretBytes = 32

function reader(env: Record<string, unknown>) {
  const problems: string[] = []
  const text = (name: string) => (typeof env[name] === 'string' ? env[name].trim() : '')
  const bytesOf = (name: string) => {
    const bytes = new TextEncoder().encode(text(name))
    if (bytes.length < minSecretBytes) {
      const fault = bytes.length === 0 ? 'is missing' : `is shorter than ${minSecretBytes} bytes`
      problems.push(
        `The secret ${name} ${fault}. Set it: openssl rand -base64 48 | npx wrangler secret put ${name}` +
          ' (npm run dev makes one in .dev.vars)',
      )
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
    /** An origin such as `https://api.example.org`, or '' where none is set. */
    origin(name: string): string {
      const given = text(name).replace(/\/$/, '')
      if (given === '' || isOrigin(given)) return given
      problems.push(`${name} must be an origin such as https://api.example.org, without a path.`)
      return ''
    },
    /** Origins between commas. */
    origins(name: string): string[] {
      const given = listOf(text(name))
      for (const origin of given.filter((origin) => !isOrigin(origin))) {
        problems.push(`${name}: ${origin} is no origin such as https://app.example.org.`)
      }
      return given
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
      const [clientId, clientSecret] = [text('FORTYTWO_CLIENT_ID'), text('FORTYTWO_CLIENT_SECRET')]
      const url = (text('FORTYTWO_URL') || 'https://api.intra.42.fr').replace(/\/$/, '')
      const imageHosts = listOf(text('FORTYTWO_IMAGE_HOSTS').toLowerCase() || 'cdn.intra.42.fr')
      if (!isSafeBase(url)) {
        problems.push(
          'FORTYTWO_URL must be an https URL (http on this machine only), without a query.',
        )
      }
      if (!imageHosts.every((host) => hostForm.test(host))) {
        problems.push('FORTYTWO_IMAGE_HOSTS must be host names between commas, without a port.')
      }
      if (clientId === '' && clientSecret === '') return null
      if (clientId === '' || clientSecret === '') {
        problems.push(
          clientId === ''
            ? 'FORTYTWO_CLIENT_SECRET is set, FORTYTWO_CLIENT_ID is missing. Set it in [vars].'
            : 'The secret FORTYTWO_CLIENT_SECRET is missing. Set it: npx wrangler secret put FORTYTWO_CLIENT_SECRET',
        )
      }
      return { clientId, clientSecret, url, imageHosts }
    },
    libsql() {
      const url = text('LIBSQL_URL')
      return url === '' ? null : { url, authToken: text('LIBSQL_AUTH_TOKEN') || undefined }
    },
  }
}

function listOf(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  return items.filter((item) => item !== '')
}

const hostForm = /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/
const thisMachine = ['localhost', '127.0.0.1', '[::1]']

/** The client's secret travels there: over https, or not beyond this machine. */
function isSafeBase(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, search, hash } = new URL(url)
  if (search !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && thisMachine.includes(hostname))
}

function isOrigin(given: string): boolean {
  return URL.canParse(given) && new URL(given).origin === given
}
