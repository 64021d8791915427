// /users/user_info/<id>: a person as contract D's clients show somebody else.
import { Hono } from 'hono'
import * as z from 'zod'
import { getInfo, type PersonInfo } from '../../domain/people'
import { answers } from '../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { enveloped, refusedWith } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { integerId } from '../../wire/input/paths'
import { PersonSummary, personSummaryView } from '../../wire/shapes/person-record'
import { enveloping, timeText } from '../../wire/shapes/common'
import { isoTime } from '../../wire/shapes/times'

export const usersUserInfo = new Hono<AppEnv>()

/** A person as somebody else sees them. */
const PersonInfoRecord = PersonSummary.extend({
  bio: z.string(),
  created_time: timeText,
  is_friend: z.boolean(),
  group: z.string().nullable().meta({ description: 'One’s own label for a friend, else null.' }),
}).meta({ id: 'PersonInfo' })

const infoAnswers = answers({ 'person.missing': refusedWith(404, 2, 'User not found') })

usersUserInfo.get(
  '/users/user_info/:id',
  endpoint({
    tags: ['D'],
    summary: 'A person',
    answers: { 200: enveloping(PersonInfoRecord) },
    errors: ['person.missing'],
  }),
  signedIn,
  infoAnswers,
  async (c) => {
    const id = integerId(c.req.param('id'))
    const person = await getInfo(c.get('context'), c.get('caller'), id)
    return c.json(enveloped(infoView(c, person)))
  },
)

function infoView(c: AppContext, person: PersonInfo): z.output<typeof PersonInfoRecord> {
  return {
    ...personSummaryView(c, person),
    bio: person.bio,
    created_time: isoTime(person.joinedAt),
    is_friend: person.label !== null,
    group: person.label,
  }
}
