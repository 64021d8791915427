// Every variable and secret, parsed and checked once per isolate. A Worker that lacks a secret serves
// nothing and says which command sets it.
import type { Keys, PasswordKey, Rules } from '../domain/base/context'
import { readDemoPeople } from './app'
import type { FortyTwoSettings } from './fortytwo'
import { type MailSettings, readSender, readSmtpServer } from './mail'
import { readSecurityContacts } from './security-contact'
import { isKeyPair } from './password-key'
import {
  isSigningKey,
  readFcmAccount,
  readHostPatterns,
  readHosts,
  readLink,
  readName,
  readSealKey,
  readServiceUrl,
  readSubject,
  readVapidKey,
} from './push'
import { badPasswordKey, reader, secretFault } from './reader'
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
  /** Hosts that the way out makes an exception for (`OUTSIDE_HOSTS`). */
  outsideHosts: readonly string[]
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
  if (!read.ok) return read
  const { passwords, vapid, vapidPrevious, fcm } = read.settings.keys
  const problems = [
    ...(await faultOf(passwords, badPasswordKey)),
    ...(await faultOf(vapid, `VAPID_PRIVATE_JWK ${noKeyPair}`)),
    ...(await faultOf(vapidPrevious, `VAPID_PRIVATE_JWK_PREVIOUS ${noKeyPair}`)),
    ...(!fcm || (await isSigningKey(fcm)) ? [] : ['FCM_SERVICE_ACCOUNT has no key that signs.']),
  ]
  return problems.length === 0 ? read : { ok: false, problems, corsOrigins: read.corsOrigins }
}

const noKeyPair = 'is no pair of keys: its halves do not belong together.'

async function faultOf(key: PasswordKey | undefined, problem: string): Promise<string[]> {
  return !key || (await isKeyPair(key)) ? [] : [problem]
}

function parseSettings(env: Record<string, unknown>): SettingsResult {
  const read = reader(env)
  const corsOrigins = read.origins('CORS_ORIGINS')
  const cookieSameSite = read.choice('COOKIE_SAMESITE')
  if (cookieSameSite === 'None' && corsOrigins.length === 0) {
    read.problems.push(
      'COOKIE_SAMESITE=None needs CORS_ORIGINS, the list of who may use the cookies.',
    )
  }
  const publicUrl = read.origin('PUBLIC_URL')
  const demoPeople = read.parsed('DEMO_PEOPLE', readDemoPeople)
  const from = read.parsed('MAIL_FROM', readSender)
  const appName = read.parsed('APP_NAME', readName)
  const settings: Settings = {
    keys: {
      jwt: read.secret('JWT_SECRET'),
      ...read.optionalSecret('JWT_SECRET_PREVIOUS', 'jwtPrevious'),
      pepper: read.secret('HASH_PEPPER'),
      ...read.passwordKey(),
      ...read.optional('SEAL_KEY', 'seal', readSealKey),
      ...read.optional('SEAL_KEY_PREVIOUS', 'sealPrevious', readSealKey),
      ...read.optional('VAPID_PRIVATE_JWK', 'vapid', readVapidKey),
      ...read.optional('VAPID_PRIVATE_JWK_PREVIOUS', 'vapidPrevious', readVapidKey),
      ...read.optional('FCM_SERVICE_ACCOUNT', 'fcm', readFcmAccount),
    },
    rules: {
      accessTokenLife: read.seconds('ACCESS_TOKEN_SECONDS'),
      refreshTokenLife: read.seconds('REFRESH_TOKEN_SECONDS'),
      sessionMaxLife: read.seconds('SESSION_MAX_SECONDS'),
      desertedKept: read.days('DELETED_KEPT_DAYS'),
      chatMessages: read.tries('LIMIT_CHAT_MESSAGES'),
      frames: read.tries('LIMIT_FRAMES'),
      badFrames: read.tries('LIMIT_BAD_FRAMES'),
      socketsPerPerson: read.amount('SOCKETS_PER_PERSON'),
      instantFriends: read.choice('INSTANT_FRIENDS') === 'on',
      freshSignIn: read.seconds('FRESH_SIGN_IN_SECONDS'),
      passwordLimits: {
        accountAndAddress: read.tries('LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS'),
        newAddresses: read.tries('LIMIT_PASSWORD_NEW_ADDRESSES'),
        address: read.tries('LIMIT_PASSWORD_ADDRESS'),
      },
      rightPasswords: read.tries('LIMIT_PASSWORD_RIGHT'),
      signInsAtOnce: read.amount('SIGN_INS_AT_ONCE'),
      limits: {
        friendsAsked: read.tries('LIMIT_FRIENDS_ASKED'),
        conversationsStarted: read.tries('LIMIT_CONVERSATIONS_STARTED'),
        plans: read.tries('LIMIT_PLANS'),
        contacts: read.tries('LIMIT_CONTACTS'),
        invitations: read.tries('LIMIT_INVITATIONS'),
        rsvps: read.tries('LIMIT_RSVPS'),
        tickets: read.tries('LIMIT_TICKETS'),
        uploads: read.tries('LIMIT_UPLOADS'),
        searches: read.tries('LIMIT_SEARCHES'),
        exports: read.tries('LIMIT_EXPORTS'),
        pushSubscriptions: read.tries('LIMIT_PUSH_SUBSCRIPTIONS'),
        pushTests: read.tries('LIMIT_PUSH_TESTS'),
      },
      quotas: {
        files: read.amount('FILES_QUOTA_BYTES'),
        texts: read.amount('TEXT_QUOTA_BYTES'),
        contacts: read.amount('CONTACTS_MAX'),
      },
      registrationOpen: read.choice('REGISTRATION') === 'open',
      registrations: read.tries('LIMIT_REGISTRATIONS'),
      codeResendAfter: read.seconds('CODE_RESEND_SECONDS'),
      codesSent: read.tries('LIMIT_CODES_SENT'),
      namesHeld: read.amount('NAME_HELD_DAYS', 0) * 86_400_000,
      notices: read.tries('LIMIT_NOTICES_SENT'),
      emailChanges: read.tries('LIMIT_EMAIL_CHANGES'),
      renames: read.tries('LIMIT_RENAMES'),
      wrongCodes: read.tries('LIMIT_WRONG_CODES'),
      push: {
        hosts: read.parsed('PUSH_HOSTS', readHostPatterns),
        subject: read.parsed('VAPID_SUBJECT', readSubject) || publicUrl || `mailto:${from.address}`,
        text: read.choice('PUSH_TEXT'),
        link: read.parsed('PUSH_LINK', readLink) || (publicUrl && `${publicUrl}${appLink}`),
        appName,
        fcmUrl: read.parsed('FCM_URL', readServiceUrl),
        limit: read.tries('LIMIT_PUSHES'),
        fcmTokenUrl: read.parsed('FCM_TOKEN_URL', readServiceUrl),
      },
    },
    wire: {
      corsOrigins,
      cookieSameSite,
      securityContacts: read.parsed('SECURITY_CONTACT', readSecurityContacts),
      tokenInSocketUrl: read.choice('WS_TOKEN_IN_URL') === 'on',
      tokensInBody: read.choice('TOKEN_DELIVERY') === 'both',
      hasApp: read.choice('WEB_APP') === 'on',
      appName,
      demoPeople: publicUrl === '' ? demoPeople : [],
    },
    floodGuard: read.choice('FLOOD_GUARD') === 'on',
    outsideHosts: read.parsed('OUTSIDE_HOSTS', readHosts),
    publicUrl,
    mail: {
      from,
      smtp: read.parsed('SMTP_URL', readSmtpServer),
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

/** Where the web app takes up what a push is about. */
const appLink = '/app/#/go/{kind}/{id}'

/** Two secrets of one value, where each has one. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length > 0 && String(one) === String(other)
}
