// /api/users/: contract B's directory of people.
import { Hono } from 'hono'
import * as z from 'zod'
import { getPerson, listPeople, type PublicPerson } from '../../domain/people'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { everybodyMax, jsonText, listText, pageQuery } from '../../wire/input/paging'
import { integerId } from '../../wire/input/paths'
import { idText } from '../../wire/shapes/common'

export const apiUsers = new Hono<AppEnv>()

const PersonRecord = z
  .object({
    id: idText,
    username: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    bio: z.string(),
  })
  .meta({ id: 'DirectoryPerson' })

apiUsers.get(
  '/api/users',
  endpoint({
    tags: ['B'],
    summary: 'Everybody, by id',
    answers: { 200: z.array(PersonRecord) },
  }),
  signedIn,
  pageQuery(everybodyMax),
  async (c) => {
    const page = await listPeople(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(c, listText(c, page, personView))
  },
)

apiUsers.get(
  '/api/users/:id',
  endpoint({
    tags: ['B'],
    summary: 'One person',
    answers: { 200: PersonRecord },
    errors: ['person.missing'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(personView(await getPerson(c.get('context'), c.get('caller'), id)))
  },
)

function personView(person: PublicPerson): z.output<typeof PersonRecord> {
  return {
    id: String(person.id),
    username: person.username,
    first_name: person.firstName,
    last_name: person.lastName,
    bio: person.bio,
  }
}
