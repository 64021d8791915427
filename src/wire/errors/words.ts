// English for the domain's codes. Field errors speak Django REST Framework's words, which the
// contracts' clients match against.
import type { SystemMessage } from '../../domain/base/context'
import type { DomainError, ErrorCode, Issue, IssueCode } from '../../domain/base/errors'

const noAccount = 'No active account found with the given credentials'
const badToken = 'Given token not valid for any token type'

/** The sentence of each code. */
export const errorWords: Record<ErrorCode, string | ((error: DomainError) => string)> = {
  'credential.missing': 'Authentication credentials were not provided.',
  'credential.invalid': badToken,
  'credential.expired': badToken,
  'credential.wrong_type': badToken,
  'credential.unknown': 'Invalid token.',
  'account.inactive': 'User is inactive',
  'signin.refused': noAccount,
  'signin.code_required': 'A verification code is required.',
  'password.wrong': 'Wrong password.',
  'password.required': 'This field is required.',
  'signin.stale': 'Sign in again to change this.',
  'refresh.invalid': 'Token is invalid or expired',
  'refresh.wrong_type': 'Token has wrong type',
  'refresh.revoked': 'Token is blacklisted',
  'refresh.superseded': 'Token is blacklisted',
  'oauth.wrong_state': 'Invalid state parameter',
  'oauth.refused': 'Failed to obtain access token',
  'oauth.failed': '42 did not answer as it should. Try again later.',
  'oauth.unavailable': 'Sign-in with 42 is not set up on this server.',
  'password.sealed_wrong': 'The encrypted password could not be decrypted',
  'fields.invalid': 'Invalid input.',
  'permission.denied': 'You do not have permission to perform this action.',
  'registration.closed': 'Registration is closed.',
  'media.missing': 'Not found.',
  'contact.missing': 'Friend not found',
  'conversation.with_oneself': 'You cannot chat with yourself',
  'conversation.with_nobody': 'You cannot chat with a non existent user',
  'conversation.not_connected': 'User is not connected',
  'conversation.missing': 'Conversation does not exist',
  'job.missing': 'Not found.',
  'person.missing': 'Not found.',
  'friendship.self': 'Cannot send request to yourself',
  'friendship.exists': 'Friend request already exists or already friends',
  'friendship.missing': 'Friendship not found',
  'request.repeated': 'Friend request already exists',
  'request.missing': 'Not found.',
  'request.foreign': 'Not authorized',
  'request.answered': 'Friend request already answered',
  'labels.full': 'Too many groups',
  'block.self': 'You cannot block yourself',
  'group.missing': 'No Group matches the given query.',
  'administrator.last':
    'The last administrator cannot be deleted, deactivated or removed from the group.',
  'session.missing': 'Not found.',
  'id.invalid': 'Invalid ID',
  'plan.missing': 'Plan not found',
  'plan.end_before_start': 'End time must be after start time.',
  'rsvp.missing': 'RSVP not found',
  'rsvp.exists': "User has already RSVP'd to this plan",
  'rsvp.no_room': 'The plan has no room for so many guests.',
  'people.not_friends': 'Only friends can be invited.',
  'calendar.missing': 'Not found.',
  'quota.exceeded': 'There is no room left: delete something first.',
  'service.not_configured': 'This is not set up on this server.',
  'push.address_taken': 'This device belongs to another account. Sign out there first.',
  'push.missing': 'Not found.',
  'webhook.missing': 'Not found.',
  'notification.missing': 'Not found.',
  'service.busy': 'The service is busy. Try again in a second.',
  'tries.exceeded': (error) =>
    `Request was throttled. Expected available in ${error.retryAfter} seconds.`,
}

/** The sentence for a domain error. */
export function wordsFor(error: DomainError): string {
  const words = errorWords[error.code]
  return typeof words === 'string' ? words : words(error)
}

const issueWords: Record<IssueCode, string | ((detail: string | number) => string)> = {
  required: 'This field is required.',
  null: 'This field may not be null.',
  blank: 'This field may not be blank.',
  not_text: 'Not a valid string.',
  too_long: (max) => `Ensure this field has no more than ${max} characters.`,
  too_many: (max) => `Ensure this field has no more than ${max} elements.`,
  null_character: 'Null characters are not allowed.',
  surrogate: (unit) => `Surrogate characters are not allowed: ${unit}.`,
  not_integer: 'A valid integer is required.',
  too_small: (min) => `Ensure this value is greater than or equal to ${min}.`,
  too_large: (max) => `Ensure this value is less than or equal to ${max}.`,
  not_boolean: 'Must be a valid boolean.',
  not_date: 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.',
  not_datetime:
    'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
  not_email: 'Enter a valid email address.',
  not_list: (kind) => `Expected a list of items but got type "${kind}".`,
  not_object: (kind) => `Invalid data. Expected a dictionary, but got ${kind}.`,
  not_choice: (choice) => `"${choice}" is not a valid choice.`,
  not_timezone: 'A valid timezone is required.',
  no_such_object: (id) => `Invalid pk "${id}" - object does not exist.`,
  no_such_username: (name) => `Object with username=${name} does not exist.`,
  bad_cursor: 'Invalid cursor',
  bad_username:
    'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
  username_taken: 'A user with that username already exists.',
  email_taken: 'A user with this email already exists.',
  passwords_differ: "Passwords don't match.",
  password_short: 'This password is too short. It must contain at least 8 characters.',
  password_numeric: 'This password is entirely numeric.',
  password_like_username: 'The password is too similar to the username.',
  // Contract C has one apostrophe here, and another one there.
  two_passwords_differ: "The two password fields didn't match.",
  new_passwords_differ: 'The two password fields didn’t match.',
  code_needs_email: 'The code is sent by e-mail: give your account an address first.',
  foreign_url: 'This address is not on an allowed origin.',
  sign_in_again: 'Sign in again or send your password to change this.',
  bad_link: 'Invalid hyperlink - No URL match.',
  bad_path: 'Enter a valid path.',
  not_phone_number: 'Enter a valid phone number, such as +12125550123.',
  not_picture:
    'Upload a valid image. The file you uploaded was either not an image or a corrupted image.',
  picture_too_heavy: 'Upload an image of at most 2 MiB.',
  bad_address: 'This address is not allowed.',
  bad_push_host: 'This push service is not allowed.',
  bad_key: 'Not a valid key.',
  either: (names) => `Give either ${names}.`,
  empty_list: 'This list may not be empty.',
  not_time: 'Time has wrong format. Use one of these formats instead: HH:MM.',
  same_time: 'This must be another time than the beginning.',
  always_on: 'This cannot be switched off.',
  no_more: (most) => `There are ${most} already: remove one first.`,
  picture_too_wide: 'Upload an image of at most 8192 pixels a side and 40 megapixels.',
}

/** What a room says by itself. */
export const systemWords: Record<SystemMessage['event'], string> = {
  'friendship.ended': 'You are no longer friends.',
}

/** What stands in a sentence for what differs from one answer to the next. */
const open = '{detail}'

/** The sentence of each code of an error and of a field, with `{detail}` for what differs. */
export function sentences(): { errors: Record<string, string>; issues: Record<string, string> } {
  const errors = Object.entries(errorWords).map(([code, words]) => [
    code,
    typeof words === 'string' ? words : words({ retryAfter: open } as never),
  ])
  const issues = Object.entries(issueWords).map(([code, words]) => [
    code,
    typeof words === 'string' ? words : words(open),
  ])
  return { errors: Object.fromEntries(errors), issues: Object.fromEntries(issues) }
}

/** The first thing that is wrong with a field, in a sentence. */
export function issueSentence({ code, detail = '' }: Issue): string {
  const words = issueWords[code]
  return typeof words === 'string' ? words : words(detail)
}

/** A body of field errors: texts by field, nested as the input was. */
export type FieldErrors = { [field: string]: string[] | FieldErrors }

/** How many faults an answer words; what is wrong beyond them is told when these are mended. */
const maxFaults = 50

/**
 * All that is wrong (50 faults at most), by field, as DRF nests it; what no field is to blame for is
 * `non_field_errors`.
 */
export function fieldErrors(issues: readonly Issue[]): FieldErrors {
  const errors: FieldErrors = Object.create(null)
  for (const { path, code, detail = '' } of issues.slice(0, maxFaults)) {
    const text = issueSentence({ path, code, detail })
    const steps = path.length > 0 ? path.map(String) : ['non_field_errors']
    // An object in place of a field's object is blamed on no field of it.
    if (code === 'not_object' && path.length > 0) steps.push('non_field_errors')
    let place = errors
    for (const step of steps.slice(0, -1)) {
      const inner = place[step]
      place = place[step] =
        inner === undefined || Array.isArray(inner) ? Object.create(null) : inner
    }
    const last = steps.at(-1)!
    const texts = place[last]
    if (Array.isArray(texts)) texts.push(text)
    else place[last] = [text]
  }
  return errors
}
