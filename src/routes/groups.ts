// /groups: contract E's permission groups.
import { Hono } from 'hono'
import { getGroup, type Group, listGroups } from '../domain/groups'
import type { AppContext, AppEnv } from '../wire/app-env'
import { signedIn } from '../wire/credentials'
import { detail, errorsIn } from '../wire/dialects'
import { groupLink } from '../wire/links'
import { integerId } from '../wire/paths'

export const groups = new Hono<AppEnv>()
groups.onError(errorsIn(detail))

groups.get('/groups', signedIn, async (c) => {
  const all = await listGroups(c.get('context'), c.get('caller'))
  return c.json(all.map((group) => groupView(c, group)))
})

groups.get('/groups/:id', signedIn, async (c) => {
  const id = integerId(c.req.param('id'))
  return c.json(groupView(c, await getGroup(c.get('context'), c.get('caller'), id)))
})

function groupView(c: AppContext, group: Group) {
  return { url: groupLink(c, group.id), id: group.id, name: group.name }
}
