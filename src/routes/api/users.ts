// /api/users/: contract B's directory of people.
import { Hono } from 'hono'
import { getPerson, listPeople, type PublicPerson } from '../../domain/users'
import type { AppEnv } from '../../wire/app-env'
import { signedIn } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { everybodyMax, listed, pageQuery } from '../../wire/paging'
import { integerId } from '../../wire/paths'

export const apiUsers = new Hono<AppEnv>()
apiUsers.onError(errorsIn(detail))

apiUsers.get('/api/users', signedIn, pageQuery(everybodyMax), async (c) => {
  const page = await listPeople(c.get('context'), c.get('caller'), c.req.valid('query'))
  return c.json(listed(c, page).map(personView))
})

apiUsers.get('/api/users/:id', signedIn, async (c) => {
  const id = integerId(c.req.param('id'))
  return c.json(personView(await getPerson(c.get('context'), c.get('caller'), id)))
})

function personView(person: PublicPerson) {
  return {
    id: String(person.id),
    username: person.username,
    first_name: person.firstName,
    last_name: person.lastName,
    bio: person.bio,
  }
}
