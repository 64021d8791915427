// What an account is known by and gets in with: usernames, e-mail addresses, passwords, codes.
import type * as z from 'zod'
import type { IssueCode } from '../errors'
import { field, nullable, optional, type Schema } from './decoding'
import { asciiAddress, foldCase, normalPassword } from './folding'
import { decodeText, lengthOf, longerThan, text, typedDigits } from './text'

// ── Usernames ────────────────────────────────────────────────────────────────────────────────────

// Marks (vowel signs among them) stand behind a letter; more than four would run over other lines
// (UTS #39 §5.4 has the same bound).
const usernameSigns = /\p{L}\p{M}{0,4}|[\p{N}@.+\-_]/gu
const usernameForm = new RegExp(`^(?:${usernameSigns.source})+$`, 'u')
/** Letters and marks that nobody sees: two names that differ in them look alike. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Names of accounts that have left. */
const reservedUsername = /^deleted-\d+$/i
/** The longest username, in characters. */
const usernameMax = 150

/**
 * 1 to 150 letters with their marks, digits and `@ . + - _`, in Unicode's NFKC form; nothing invisible;
 * nobody's `deleted-<digits>`.
 */
export const username = usernameThat((name) => !holdsInvisible(name))

/**
 * A username beside other fields of one's own, which clients send back as it is stored: a name from the
 * time when invisible letters were taken passes too. It is for the one who has it alone (`holdsInvisible`).
 */
export const ownUsername = usernameThat(() => true)

function usernameThat(isFit: (name: string) => boolean): Schema<string> {
  return field({ type: 'string', minLength: 1, maxLength: 150 }, (raw, fail) => {
    const name = decodeText(raw, { max: usernameMax }, fail).normalize('NFKC')
    if (longerThan(name, usernameMax)) fail('too_long', usernameMax)
    if (!usernameForm.test(name) || reservedUsername.test(name) || !isFit(name))
      fail('bad_username')
    return name
  })
}

/** Whether a name holds letters or marks that nobody sees. */
export function holdsInvisible(name: string): boolean {
  return name.search(invisible) >= 0
}

/** What of a text can stand in a username, in NFKC form. For texts that are bounded. */
export function usernameSignsOf(text: string): string {
  const kept = text.normalize('NFKC').replaceAll(invisible, '').match(usernameSigns) ?? []
  // Once more: letters that were kept apart can have become one.
  return kept.join('').normalize('NFKC')
}

// ── Addresses ────────────────────────────────────────────────────────────────────────────────────

const emailMax = 254
// The local part is a dot-atom (RFC 5322 §3.2.3): no dot at either end, nor two together.
const emailForm =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i

/**
 * An e-mail address of at most 254 characters, its domain in letters of any script; `blank` allows none
 * at all (''). See `emailKey`.
 */
export function email(rule: { blank?: boolean } = {}): Schema<string> {
  const describe = { type: 'string', maxLength: 254, ...(rule.blank ? {} : { format: 'email' }) }
  return field(describe, (raw, fail) => {
    const address = decodeText(raw, { max: emailMax, ...rule }, fail)
    if (address !== '' && !isEmail(address)) fail('not_email')
    return address
  })
}

function isEmail(address: string): boolean {
  const ascii = asciiAddress(address)
  return ascii !== null && ascii.length <= emailMax && emailForm.test(ascii)
}

// ── Passwords and codes ──────────────────────────────────────────────────────────────────────────

/** A password that is only compared: any text of at most 1,024 characters. */
export const anyPassword = text({ verbatim: true, max: 1024 }, { format: 'password' })

/** The same where none is a proof too, though of nothing: looked at only where a change asks for one. */
export const anyPasswordOrNone = text({ verbatim: true, max: 1024, blank: true })

/**
 * A password that may be a compact JWE instead (`accounts/passwords/sealed-passwords.ts`, which judges one by its
 * own bound): at most `verbatimMax` characters, '' where `blank` allows it.
 */
export function sealablePassword(rule: { blank?: boolean } = {}): Schema<string> {
  return text({ ...rule, verbatim: true })
}

/** A new password once more: compared with the first, so in the same form. */
export const repeatedPassword = field(
  { type: 'string', format: 'password', minLength: 1, maxLength: 1024 },
  (raw, fail) => normalPassword(decodeText(raw, { verbatim: true, max: 1024 }, fail)),
)

/** The e-mailed code beside a password, as somebody may type it (`123 456`): none is the same as an empty one. */
export const optionalCode = optional(
  nullable(
    field({ type: 'string', maxLength: 254 }, (raw, fail) =>
      typedDigits(decodeText(raw, { blank: true }, fail)),
    ),
  ),
)

/** A refresh token in a body: `max` characters are ten times what one has. */
export const refreshToken = text({ max: 4096 })

/** A new password in its normal form: 8 to 256 characters, not digits only. See also `unlikeUsername`. */
export const newPassword = field(
  { type: 'string', format: 'password', minLength: 8, maxLength: 256 },
  (raw, fail) => {
    const password = normalPassword(decodeText(raw, { max: 256, verbatim: true }, fail))
    if (longerThan(password, 256)) fail('too_long', 256)
    const faults: IssueCode[] = []
    if (lengthOf(password) < 8) faults.push('password_short')
    if (/^\d+$/.test(password)) faults.push('password_numeric')
    if (faults.length > 0) fail(faults)
    return password
  },
)

/** Whether a new password is just the account's name. */
export function isLikeUsername(password: string, name: string): boolean {
  return foldCase(password) === foldCase(name)
}

/**
 * The shape of a registration, whose new password may not be just its `username`: asked once both have
 * passed their own rules, beside whatever is wrong with other fields.
 */
export function unlikeUsername<S extends z.ZodObject>(shape: S, passwordField = 'password'): S {
  const fields: unknown[] = ['username', passwordField]
  return shape.refine(
    (given) => {
      const { username: name, [passwordField]: password } = given as Record<string, string>
      return !isLikeUsername(password!, name!)
    },
    {
      path: [passwordField],
      params: { code: 'password_like_username' },
      when: ({ value, issues }) => {
        // What is no object at all is told so by the shape itself.
        if (typeof value !== 'object' || value === null) return false
        return !issues.some(({ path = [] }) => path.length === 0 || fields.includes(path[0]))
      },
    },
  )
}
