// /users/user_info/, search_users/, search_friends/, user_details/ and delete_account/: people and one's
// own profile in contract D's envelope.
import { Hono } from 'hono'
import * as z from 'zod'
import type { DomainError } from '../../domain/errors'
import { email, nullable, optional, text, username } from '../../domain/fields'
import { leave } from '../../domain/leaving'
import { phoneNumber, pictureOrNone } from '../../domain/people-fields'
import { changeDetails, changeSensitive, getDetails } from '../../domain/profiles'
import { type Card, findByName, getInfo, searchFriends } from '../../domain/users'
import { type Answer, answers } from '../../wire/answers'
import type { AppContext, AppEnv } from '../../wire/app-env'
import { body } from '../../wire/body'
import { signedIn } from '../../wire/credentials'
import { envelope, errorsIn } from '../../wire/dialects'
import { avatarLink } from '../../wire/media-paths'
import { listed, ownListMax, pageShape, query } from '../../wire/paging'
import { integerId } from '../../wire/paths'
import { isoTime } from '../../wire/times'

export const usersDetails = new Hono<AppEnv>()
usersDetails.onError(errorsIn(envelope))

const success = (payload: unknown) => ({ code: 0, payload })

function saying(status: 400 | 401 | 404, code: number, error: string): () => Answer {
  return () => ({ status, body: { code, error } })
}

const infoAnswers = answers({ 'person.missing': saying(404, 2, 'User not found') })

usersDetails.get('/users/user_info/:id', signedIn, infoAnswers, async (c) => {
  const id = integerId(c.req.param('id'))
  const person = await getInfo(c.get('context'), c.get('caller'), id)
  return c.json(
    success({
      ...cardView(c, person),
      bio: person.bio,
      created_time: isoTime(person.joinedAt),
      is_friend: person.label !== null,
      group: person.label,
    }),
  )
})

const searchAnswers = answers({
  'person.missing': saying(404, 1, 'User not found'),
  'fields.invalid': saying(400, 1, 'Username is required'),
})

usersDetails.get(
  '/users/search_users',
  signedIn,
  searchAnswers,
  query(z.object({ username: text() })),
  async (c) => {
    const { username } = c.req.valid('query')
    return c.json(
      success(cardView(c, await findByName(c.get('context'), c.get('caller'), username))),
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
    ...cardView(c, friend),
    group: friend.label,
  }))
  return c.json(success({ friends }))
})

usersDetails.get('/users/user_details', signedIn, async (c) => {
  const own = await getDetails(c.get('context'), c.get('caller'))
  return c.json(
    success({
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
      success({
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
  'password.required': saying(400, 1, 'Current password is required'),
  'password.wrong': saying(401, 1, 'Current password is incorrect'),
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
    return c.json(success({ message: 'User info updated successfully', data }))
  },
)

usersDetails.delete('/users/delete_account', signedIn, async (c) => {
  await leave(c.get('context'), c.get('caller'))
  // Bare, as contract D shows it.
  return c.json({ message: 'Account successfully deactivated' })
})

function cardView(c: AppContext, person: Card) {
  return {
    id: person.id,
    username: person.username,
    profile_picture: avatarLink(c, person.avatar),
  }
}
