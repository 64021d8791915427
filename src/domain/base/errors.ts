// What can go wrong in the domain: a closed set of codes, each of one kind. No status, no English:
// `wire/` gives each kind a status and each code its words, and the compiler sees that none is left.

export { DatabaseUnavailable } from '../../db/unavailable'

/** What kind of answer an error asks for. */
export type Kind =
  | 'unauthenticated'
  | 'invalid'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  /** A conflict that no document of the contracts has: 409. */
  | 'taken'
  | 'throttled'
  /** Somebody else's service that the work needs did not do its part. */
  | 'upstream'
  | 'unavailable'

const kinds = {
  /** No credential was sent where one is needed. */
  'credential.missing': 'unauthenticated',
  /** An access JWT that is malformed, forged, or whose session has ended. */
  'credential.invalid': 'unauthenticated',
  'credential.expired': 'unauthenticated',
  /** A refresh token where an access token is needed. */
  'credential.wrong_type': 'unauthenticated',
  /** An opaque token that nobody has. */
  'credential.unknown': 'unauthenticated',
  /** The account behind a JWT was deactivated or has left. */
  'account.inactive': 'unauthenticated',
  /** Wrong name, wrong password or an inactive account: which of them is nobody's business. */
  'signin.refused': 'unauthenticated',
  /** The password was right; the account also needs the e-mailed code. */
  'signin.code_required': 'unauthenticated',
  /** The caller's own password, asked for a change, was not right. */
  'password.wrong': 'invalid',
  /** The change needs the caller's own password. */
  'password.required': 'invalid',
  /** The change needs a fresh sign-in: the account has no password that could be asked for. */
  'signin.stale': 'invalid',
  'refresh.invalid': 'unauthenticated',
  'refresh.wrong_type': 'unauthenticated',
  /** Revoked: signed out, ended, or used again after its rotation. */
  'refresh.revoked': 'unauthenticated',
  /** Dead, while its session goes on with newer tokens: a password change has ended the older ones. */
  'refresh.superseded': 'unauthenticated',
  /** Sign-in with 42: the answer belongs to no request of this browser, or to one that is too old. */
  'oauth.wrong_state': 'invalid',
  /** 42 gave no token: the person declined, or the code was wrong, used or too old. */
  'oauth.refused': 'invalid',
  /** 42 is down, too slow, or answered with something that is no profile. */
  'oauth.failed': 'upstream',
  /** The deployment has no client id and secret for 42. */
  'oauth.unavailable': 'unavailable',
  /** A compact JWE that is not made for our key, in the form we take (D). */
  'password.sealed_wrong': 'invalid',
  /** Fields that fail their rules: see `issues`. */
  'fields.invalid': 'invalid',
  'permission.denied': 'forbidden',
  /** The deployment lets nobody make an account but administrators. */
  'registration.closed': 'forbidden',
  'media.missing': 'missing',
  'contact.missing': 'missing',
  'conversation.with_oneself': 'conflict',
  /** The person to talk to is not there for the caller. */
  'conversation.with_nobody': 'missing',
  'conversation.not_connected': 'conflict',
  /** Not there, or not the caller's. */
  'conversation.missing': 'missing',
  /** Nobody there for the caller: unknown, inactive, left, or parted by a block. */
  'person.missing': 'missing',
  'friendship.self': 'conflict',
  'friendship.exists': 'conflict',
  'friendship.missing': 'missing',
  /** Asked already and not answered. */
  'request.repeated': 'conflict',
  'request.missing': 'missing',
  /** A request that is not the caller's to answer or remove. */
  'request.foreign': 'forbidden',
  'request.answered': 'conflict',
  'block.self': 'conflict',
  /** The caller's friends have as many labels as they can. */
  'labels.full': 'conflict',
  'group.missing': 'missing',
  /** Without this administrator there would be none. */
  'administrator.last': 'conflict',
  'session.missing': 'missing',
  /** An id of a plan or an RSVP that has not the form of one. */
  'id.invalid': 'invalid',
  'plan.missing': 'missing',
  'plan.end_before_start': 'invalid',
  'rsvp.missing': 'missing',
  /** The person has answered to this plan already. */
  'rsvp.exists': 'conflict',
  /** Somebody who goes wants to bring more guests than there are places. */
  'rsvp.no_room': 'conflict',
  /** Only friends can be named here: see `issues` at `ids` and `usernames`. */
  'people.not_friends': 'invalid',
  /** No calendar is at this secret address. */
  'calendar.missing': 'missing',
  'job.missing': 'missing',
  /** Too many tries: see `retryAfter`. */
  'tries.exceeded': 'throttled',
  /** The account takes up as much as it may. */
  'quota.exceeded': 'forbidden',
  /** More is at work at this moment than can be: see `retryAfter`. */
  'service.busy': 'unavailable',
  /** The deployment lacks a setting for it, which the log names. */
  'service.not_configured': 'unavailable',
  /** A device that another account's session can be reached at. */
  'push.address_taken': 'taken',
  'push.missing': 'missing',
  'webhook.missing': 'missing',
  /** What never was a line of the caller's feed. */
  'notification.missing': 'missing',
} as const satisfies Record<string, Kind>

/** The closed set of codes. */
export type ErrorCode = keyof typeof kinds

/** What is wrong with one field. `path` leads to it in the domain's or the route's own names. */
export type Issue = { path: PropertyKey[]; code: IssueCode; detail?: string | number }

/** Everything a field can be told (`wire/errors/words.ts` has Django's words for each). */
export type IssueCode =
  | 'required'
  | 'null'
  | 'blank'
  | 'not_text'
  | 'too_long'
  | 'too_many'
  | 'null_character'
  | 'surrogate'
  | 'not_integer'
  | 'too_small'
  | 'too_large'
  | 'not_boolean'
  | 'not_date'
  | 'not_datetime'
  | 'not_email'
  | 'not_list'
  | 'not_object'
  | 'not_choice'
  | 'not_timezone'
  | 'no_such_object'
  | 'no_such_username'
  | 'bad_cursor'
  | 'bad_username'
  | 'username_taken'
  | 'email_taken'
  | 'passwords_differ'
  | 'password_short'
  | 'password_numeric'
  | 'password_like_username'
  | 'two_passwords_differ'
  | 'new_passwords_differ'
  | 'code_needs_email'
  | 'foreign_url'
  | 'sign_in_again'
  | 'bad_link'
  | 'bad_path'
  | 'not_phone_number'
  | 'not_picture'
  | 'picture_too_heavy'
  | 'picture_too_wide'
  | 'bad_address'
  | 'bad_push_host'
  | 'bad_key'
  | 'no_more'
  | 'either'
  | 'empty_list'
  | 'not_time'
  | 'same_time'
  | 'always_on'

/** An outcome that is somebody's answer, not a fault of ours. */
export class DomainError extends Error {
  override name = 'DomainError'
  readonly code: ErrorCode
  readonly kind: Kind
  /** With `fields.invalid`: all that is wrong, all fields together. */
  readonly issues: readonly Issue[]
  /** With `tries.exceeded` and `service.busy`: in how many seconds another try is possible. */
  readonly retryAfter: number

  constructor(code: ErrorCode, more: { issues?: readonly Issue[]; retryAfter?: number } = {}) {
    super(code)
    this.code = code
    this.kind = kinds[code]
    this.issues = more.issues ?? []
    this.retryAfter = more.retryAfter ?? 0
  }
}

/** A mail that is not taken and will not be: no such mailbox, an address that cannot be sent to. */
export class MailRefused extends Error {
  override name = 'MailRefused'
}

/** The error for fields that fail their rules. */
export function invalid(...issues: Issue[]): DomainError {
  return new DomainError('fields.invalid', { issues })
}
