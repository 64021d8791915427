// /users/user_details: one's own profile in contract D's envelope, and what of it needs the password.
import { Hono } from 'hono'
import * as z from 'zod'
import type { DomainError } from '../../domain/base/errors'
import {
  email,
  nullable,
  optional,
  ownUsername,
  sealablePassword,
  text,
} from '../../domain/base/fields'
import {
  changeDetails,
  changeSensitive,
  getDetails,
  phoneNumber,
  pictureOrNone,
  type Profile,
} from '../../domain/people'
import { answers } from '../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { body, takesPicture } from '../../wire/input/body'
import { setTokenCookies } from '../../wire/pipeline/cookies'
import { isByCookie, signedIn } from '../../wire/pipeline/credentials'
import { enveloped, envelope, refusedWith } from '../../wire/errors/dialects'
import { avatarLink } from '../../wire/shapes/media-paths'
import { endpoint } from '../../wire/describe/notes'
import { PersonSummary } from '../../wire/shapes/person-record'
import { enveloping, Message, timeText } from '../../wire/shapes/common'
import { isoTime } from '../../wire/shapes/times'

export const usersUserDetails = new Hono<AppEnv>()

const phoneText = z.string().meta({ description: 'E.164; empty where there is none.' })

/** All that D's clients show of oneself. */
const OwnDetails = PersonSummary.extend({
  email: z.string(),
  phone_number: phoneText,
  bio: z.string(),
  created_time: timeText,
  pending_count: z.int().meta({ description: 'How many friend requests wait for an answer.' }),
}).meta({ id: 'OwnDetails' })

usersUserDetails.get(
  '/users/user_details',
  endpoint({
    tags: ['D'],
    summary: 'One’s own details',
    answers: { 200: enveloping(OwnDetails) },
  }),
  signedIn,
  async (c) => {
    const own = await getDetails(c.get('context'), c.get('caller'))
    return c.json(enveloped(ownDetailsView(c, own)))
  },
)

const DetailChanges = z.object({
  username: optional(ownUsername),
  bio: optional(text({ max: 500, blank: true })),
  // A text there is not a picture, and ignored.
  profile_picture: optional(pictureOrNone),
})

const detailAnswers = answers({
  'fields.invalid': (error) => {
    const { status, body } = envelope.domain(error)
    return isTaken(error)
      ? { status, body: { ...(body as object), error: 'Username already exists' } }
      : { status, body }
  },
})

const ChangedDetails = Message.extend({
  data: PersonSummary.extend({ bio: z.string() }),
  token: z.string().meta({
    description:
      'A fresh access token; empty for a request by cookie where tokens are delivered in cookies alone (`TOKEN_DELIVERY=cookie`).',
  }),
})

usersUserDetails.patch(
  '/users/user_details',
  endpoint({
    tags: ['D'],
    summary: 'Change one’s name, bio or picture',
    description:
      '`profile_picture` is a file of a multipart form: PNG, JPEG, GIF or WebP of at most 2 MiB. A text in its place is ignored, but a `data:` address is refused.',
    answers: { 200: enveloping(ChangedDetails) },
    errors: ['quota.exceeded'],
    examples: [{ username: 'new_username', bio: 'Updated bio information' }],
  }),
  signedIn,
  detailAnswers,
  takesPicture(),
  body(DetailChanges),
  async (c) => {
    const { profile_picture: picture, ...changes } = c.req.valid('json')
    const change = { changes, avatar: picture ? { picture } : undefined }
    const changed = await changeDetails(c.get('context'), c.get('caller'), change)
    return c.json(enveloped(changedView(c, changed)))
  },
)

function isTaken(error: DomainError): boolean {
  return error.issues.some(({ code }) => code === 'username_taken')
}

const SensitiveChanges = z.object({
  validation_password: optional(nullable(sealablePassword({ blank: true }))),
  // Its rules hold for what it says once it is decrypted.
  password: optional(sealablePassword()),
  email: optional(email()),
  phone_number: optional(phoneNumber),
})

const sensitiveAnswers = answers({
  'password.required': refusedWith(400, 1, 'Current password is required'),
  'password.wrong': refusedWith(401, 1, 'Current password is incorrect'),
})

const ChangedSensitive = Message.extend({
  data: z.object({ id: z.int(), email: z.string(), phone_number: phoneText }),
})

usersUserDetails.patch(
  '/users/user_details/sensitive',
  endpoint({
    tags: ['D'],
    summary: 'Change one’s password, address or phone number',
    description:
      'All of it changes or nothing. `validation_password` is the current password; an account without one needs a fresh sign-in instead. Both passwords may be compact JWEs for the service’s key (`/.well-known/jwks.json`).',
    answers: { 200: enveloping(ChangedSensitive) },
    errors: [
      'password.required',
      'password.wrong',
      'password.sealed_wrong',
      'signin.stale',
      'service.busy',
    ],
    examples: [
      {
        validation_password: 'encrypted_current_password',
        password: 'encrypted_new_password',
        email: 'new_email@example.com',
        phone_number: '+1987654321',
      },
    ],
  }),
  signedIn,
  sensitiveAnswers,
  body(SensitiveChanges),
  async (c) => {
    const given = c.req.valid('json')
    const { profile, tokens } = await changeSensitive(c.get('context'), c.get('caller'), {
      currentPassword: given.validation_password || undefined,
      newPassword: given.password,
      renews: isByCookie(c),
      email: given.email,
      phoneNumber: given.phone_number,
    })
    if (tokens) setTokenCookies(c, tokens)
    return c.json(enveloped(sensitiveView(profile)))
  },
)

function ownDetailsView(
  c: AppContext,
  own: Awaited<ReturnType<typeof getDetails>>,
): z.output<typeof OwnDetails> {
  return {
    id: own.id,
    username: own.username,
    email: own.email,
    phone_number: own.phoneNumber,
    bio: own.bio,
    profile_picture: avatarLink(c, own.avatar),
    created_time: isoTime(own.joinedAt),
    pending_count: own.pendingCount,
  }
}

function changedView(
  c: AppContext,
  { profile, access }: Awaited<ReturnType<typeof changeDetails>>,
): z.output<typeof ChangedDetails> {
  const { id, username, bio, avatar } = profile
  const data = { id, username, bio, profile_picture: avatarLink(c, avatar) }
  const isTold = c.get('wire').tokensInBody || !isByCookie(c)
  return { message: 'User info updated successfully', data, token: isTold ? access : '' }
}

function sensitiveView(own: Profile): z.output<typeof ChangedSensitive> {
  const data = { id: own.id, email: own.email, phone_number: own.phoneNumber }
  return { message: 'User info updated successfully', data }
}
