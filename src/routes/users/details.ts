// /users/user_info/, search_users/, search_friends/, user_details/ and delete_account/: people and one's
// own profile in contract D's envelope.
import { Hono } from 'hono'
import * as z from 'zod'
import type { DomainError } from '../../domain/errors'
import { email, nullable, optional, text, username } from '../../domain/fields'
import { leave } from '../../domain/leaving'
import { phoneNumber, pictureOrNone } from '../../domain/people-fields'
import { changeDetails, changeSensitive, getDetails } from '../../domain/profiles'
import { findByName, getInfo, searchFriends } from '../../domain/users'
import { answers } from '../../wire/answers'
import type { AppEnv } from '../../wire/app-env'
import { body } from '../../wire/body'
import { signedIn } from '../../wire/credentials'
import { enveloped, envelope, errorsIn, refusedWith } from '../../wire/dialects'
import { avatarLink } from '../../wire/media-paths'
import { listed, ownListMax, pageShape, query } from '../../wire/paging'
import { integerId } from '../../wire/paths'
import { personSummaryView } from '../../wire/person-record'
import { isoTime } from '../../wire/times'

export const usersDetails = new Hono<AppEnv>()
usersDetails.onError(errorsIn(envelope))

const infoAnswers = answers({ 'person.missing': refusedWith(404, 2, 'User not found') })

usersDetails.get('/users/user_info/:id', signedIn, infoAnswers, async (c) => {
  const id = integerId(c.req.param('id'))
  const person = await getInfo(c.get('context'), c.get('caller'), id)
  return c.json(
    enveloped({
      ...personSummaryView(c, person),
      bio: person.bio,
      created_time: isoTime(person.joinedAt),
      is_friend: person.label !== null,
      group: person.label,
    }),
  )
})

const searchAnswers = answers({
  'person.missing': refusedWith(404, 1, 'User not found'),
  'fields.invalid': refusedWith(400, 1, 'Username is required'),
})

usersDetails.get(
  '/users/search_users',
  signedIn,
  searchAnswers,
  query(z.object({ username: text() })),
  async (c) => {
    const { username } = c.req.valid('query')
    return c.json(
      enveloped(
        personSummaryView(c, await findByName(c.get('context'), c.get('caller'), username)),
      ),
    )
  },
)

const FriendSearch = pageShape(ownListMax).extend({
  prefix: optional(text({ blank: true })),
  group: optional(text({ blank: true })),
})

usersDetails.get('/users/search_friends', signedIn, query(FriendSearch), async (c) => {
  const { prefix = '', group = '', ...page } = c.req.valid('query')
  const search = { prefix, label: group }
  const found = await searchFriends(c.get('context'), c.get('caller'), search, page)
  const friends = listed(c, found).map((friend) => ({
    ...personSummaryView(c, friend),
    group: friend.label,
  }))
  return c.json(enveloped({ friends }))
})

usersDetails.get('/users/user_details', signedIn, async (c) => {
  const own = await getDetails(c.get('context'), c.get('caller'))
  return c.json(
    enveloped({
      id: own.id,
      username: own.username,
      email: own.email,
      phone_number: own.phoneNumber,
      bio: own.bio,
      profile_picture: avatarLink(c, own.avatar),
      created_time: isoTime(own.joinedAt),
      pending_count: own.pendingCount,
    }),
  )
})

const DetailChanges = z.object({
  username: optional(username),
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

usersDetails.patch(
  '/users/user_details',
  signedIn,
  detailAnswers,
  body(DetailChanges),
  async (c) => {
    const { profile_picture: picture, ...changes } = c.req.valid('json')
    const change = { changes, avatar: picture ? { picture } : undefined }
    const { profile, access } = await changeDetails(c.get('context'), c.get('caller'), change)
    return c.json(
      enveloped({
        message: 'User info updated successfully',
        data: {
          id: profile.id,
          username: profile.username,
          bio: profile.bio,
          profile_picture: avatarLink(c, profile.avatar),
        },
        token: access,
      }),
    )
  },
)

function isTaken(error: DomainError): boolean {
  return error.issues.some(({ code }) => code === 'username_taken')
}

const anyText = optional(nullable(text({ verbatim: true, blank: true })))

const SensitiveChanges = z.object({
  validation_password: anyText,
  // Its rules hold for what it says once it is decrypted.
  password: optional(text({ verbatim: true })),
  email: optional(email()),
  phone_number: optional(phoneNumber),
})

const sensitiveAnswers = answers({
  'password.required': refusedWith(400, 1, 'Current password is required'),
  'password.wrong': refusedWith(401, 1, 'Current password is incorrect'),
})

usersDetails.patch(
  '/users/user_details/sensitive',
  signedIn,
  sensitiveAnswers,
  body(SensitiveChanges),
  async (c) => {
    const given = c.req.valid('json')
    const own = await changeSensitive(c.get('context'), c.get('caller'), {
      currentPassword: given.validation_password || undefined,
      newPassword: given.password,
      email: given.email,
      phoneNumber: given.phone_number,
    })
    const data = { id: own.id, email: own.email, phone_number: own.phoneNumber }
    return c.json(enveloped({ message: 'User info updated successfully', data }))
  },
)

usersDetails.delete('/users/delete_account', signedIn, async (c) => {
  await leave(c.get('context'), c.get('caller'))
  // Bare, as contract D shows it.
  return c.json({ message: 'Account successfully deactivated' })
})
