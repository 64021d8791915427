// /api/me/: who is signed in, with what an app decides by.
import { Hono } from 'hono'
import * as z from 'zod'
import { getMe } from '../../domain/people'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { timeText } from '../../wire/shapes/common'
import { avatarLink } from '../../wire/shapes/media-paths'
import { isoTime } from '../../wire/shapes/times'

export const apiMe = new Hono<AppEnv>()

const Me = z
  .object({
    id: z.int(),
    username: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    profile_picture: z.url(),
    groups: z.array(z.string()).meta({ description: 'Names of permission groups.' }),
    session_id: z.string(),
    signed_in_at: timeText,
  })
  .meta({ id: 'Me' })

apiMe.get(
  '/api/me',
  endpoint({ tags: ['more'], summary: 'Who is signed in', answers: { 200: Me } }),
  signedIn,
  async (c) => {
    const own = await getMe(c.get('context'), c.get('caller'))
    const { id, username, firstName, lastName, avatar, groups, sessionId, signedInAt } = own
    const view: z.output<typeof Me> = {
      id,
      username,
      first_name: firstName,
      last_name: lastName,
      profile_picture: avatarLink(c, avatar),
      groups,
      session_id: sessionId,
      signed_in_at: isoTime(signedInAt),
    }
    return c.json(view)
  },
)
