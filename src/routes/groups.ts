// /groups: contract E's permission groups.
import { Hono } from 'hono'
import * as z from 'zod'
import { getGroup, type Group, listGroups } from '../domain/staff'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { signedIn } from '../wire/pipeline/credentials'
import { groupLink } from '../wire/shapes/links'
import { endpoint } from '../wire/describe/notes'
import { listed, ownListMax, textPageQuery } from '../wire/input/paging'
import { integerId } from '../wire/input/paths'

export const groups = new Hono<AppEnv>()

/** A permission group. */
const GroupRecord = z
  .object({ url: z.url(), id: z.int(), name: z.string().meta({ examples: ['Administrators'] }) })
  .meta({ id: 'Group' })

groups.get(
  '/groups',
  endpoint({
    tags: ['E'],
    summary: 'All permission groups, by name',
    answers: { 200: z.array(GroupRecord) },
  }),
  signedIn,
  textPageQuery(ownListMax),
  async (c) => {
    const page = await listGroups(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, (group) => groupView(c, group)))
  },
)

groups.get(
  '/groups/:id',
  endpoint({
    tags: ['E'],
    summary: 'One permission group',
    answers: { 200: GroupRecord },
    errors: ['group.missing'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(groupView(c, await getGroup(c.get('context'), c.get('caller'), id)))
  },
)

function groupView(c: AppContext, group: Group): z.output<typeof GroupRecord> {
  return { url: groupLink(c, group.id), id: group.id, name: group.name }
}
