// /api/profile/: one's own profile, as contract B's clients read and change it.
import { Hono } from 'hono'
import * as z from 'zod'
import { nullable, optional, text } from '../../domain/base/fields'
import { changeProfile, getProfile, type Profile } from '../../domain/people'
import { date } from '../../domain/base/fields/times'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { dateText, idText, timeText } from '../../wire/shapes/common'
import { isoTime } from '../../wire/shapes/times'

export const apiProfile = new Hono<AppEnv>()

const ProfileRecord = z
  .object({
    id: idText,
    username: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    date_of_birth: dateText.nullable(),
    bio: z.string(),
    date_joined: timeText,
  })
  .meta({ id: 'OwnProfile' })

apiProfile.get(
  '/api/profile',
  endpoint({ tags: ['B'], summary: 'One’s own profile', answers: { 200: ProfileRecord } }),
  signedIn,
  async (c) => {
    return c.json(profileView(await getProfile(c.get('context'), c.get('caller'))))
  },
)

const ProfileChanges = z.object({
  first_name: optional(text({ max: 150, blank: true })),
  last_name: optional(text({ max: 150, blank: true })),
  date_of_birth: optional(nullable(date)),
  bio: optional(text({ max: 500, blank: true })),
})

const ProfileChanged = z.object({ message: z.string(), user: ProfileRecord })

const described = endpoint({
  tags: ['B'],
  summary: 'Change one’s own profile; what is not sent stays',
  answers: { 200: ProfileChanged },
  examples: [
    {
      first_name: 'Johnny',
      last_name: 'Smith',
      date_of_birth: '1990-01-01',
      bio: 'Updated bio information',
    },
  ],
})

const changes = body(ProfileChanges)
apiProfile.put('/api/profile/update', described, signedIn, changes, async (c) => {
  return c.json(await change(c, c.req.valid('json')))
})
apiProfile.patch('/api/profile/update', described, signedIn, changes, async (c) => {
  return c.json(await change(c, c.req.valid('json')))
})

async function change(
  c: AppContext,
  given: z.output<typeof ProfileChanges>,
): Promise<z.output<typeof ProfileChanged>> {
  const profile = await changeProfile(c.get('context'), c.get('caller'), {
    firstName: given.first_name,
    lastName: given.last_name,
    dateOfBirth: given.date_of_birth,
    bio: given.bio,
  })
  return { message: 'Profile updated successfully', user: profileView(profile) }
}

function profileView(profile: Profile): z.output<typeof ProfileRecord> {
  return {
    id: String(profile.id),
    username: profile.username,
    email: profile.email,
    first_name: profile.firstName,
    last_name: profile.lastName,
    date_of_birth: profile.dateOfBirth,
    bio: profile.bio,
    date_joined: isoTime(profile.joinedAt),
  }
}
