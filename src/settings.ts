// Every variable and secret, parsed and checked once per isolate. A Worker that lacks a secret serves
// nothing and says which command sets it.
import type { Keys, Rules } from './domain/context'

/** What the deployment has set, with the defaults filled in. */
export type Settings = {
  keys: Keys
  rules: Rules
  /** The origin that absolute links start with; '' means the request's own. No slash at the end. */
  publicUrl: string
  libsql: { url: string; authToken: string | undefined } | null
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

function parseSettings(env: Record<string, unknown>): SettingsResult {
  const read = reader(env)
  const settings: Settings = {
    keys: {
      jwt: read.secret('JWT_SECRET'),
      ...read.optionalSecret('JWT_SECRET_PREVIOUS', 'jwtPrevious'),
      pepper: read.secret('HASH_PEPPER'),
    },
    rules: {
      accessTokenLife: read.seconds('ACCESS_TOKEN_SECONDS', 900),
      refreshTokenLife: read.seconds('REFRESH_TOKEN_SECONDS', 2_592_000),
      sessionMaxLife: read.seconds('SESSION_MAX_SECONDS', 15_552_000),
    },
    publicUrl: read.origin('PUBLIC_URL'),
    libsql: read.libsql(),
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
    libsql() {
      const url = text('LIBSQL_URL')
      if (url === '') return null
      if (!isDatabaseUrl(url)) problems.push('LIBSQL_URL must be like https://db.example.org.')
      return { url, authToken: text('LIBSQL_AUTH_TOKEN') || undefined }
    },
  }
}

function isOrigin(given: string): boolean {
  return URL.canParse(given) && new URL(given).origin === given
}

function isDatabaseUrl(given: string): boolean {
  return URL.canParse(given) && /^(libsql|https?|wss?):$/.test(new URL(given).protocol)
}
