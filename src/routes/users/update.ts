// /users/update: how contract C's clients change one's name, picture and address.
import { Hono } from 'hono'
import * as z from 'zod'
import { anyPasswordOrNone, email, optional, ownUsername } from '../../domain/base/fields'
import { avatar, type AvatarChange, type AvatarField, changeRecord } from '../../domain/people'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body, takesPicture } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { nextAvatar } from '../../wire/shapes/media-paths'
import { endpoint } from '../../wire/describe/notes'
import { PersonRecord, personRecordView } from '../../wire/shapes/person-record'

export const usersUpdate = new Hono<AppEnv>()

const RecordChanges = z.object({
  username: optional(ownUsername),
  avatar: optional(avatar),
  // None is no change for who has none; where there is one, it stays.
  email: optional(email({ blank: true })),
  // For the address of an account that has the code switched on; never changed here.
  password: optional(anyPasswordOrNone),
})

usersUpdate.post(
  '/users/update',
  endpoint({
    tags: ['C'],
    summary: 'Change one’s name, picture or address',
    description:
      '`avatar` is a path, which is joined to `/media/`, or, in a multipart form, a picture: PNG, JPEG, GIF or WebP of at most 2 MiB. `password` is one’s own; it is needed where the address of an account that has the e-mailed code switched on changes and the sign-in is no longer fresh.',
    answers: { 200: PersonRecord },
    examples: [{ username: 'potxoloTheThird', avatar: '/media/avatars/fary.png' }],
  }),
  signedIn,
  takesPicture(),
  body(RecordChanges),
  async (c) => {
    const { avatar: given, password, ...changes } = c.req.valid('json')
    const change = { changes, avatar: given && avatarChange(given), password }
    return c.json(personRecordView(await changeRecord(c.get('context'), c.get('caller'), change)))
  },
)

function avatarChange(given: AvatarField): AvatarChange {
  return 'path' in given ? nextAvatar(given.path) : { picture: given.picture! }
}
