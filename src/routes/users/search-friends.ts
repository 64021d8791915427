// /users/search_friends: contract D's search in one's own friends.
import { Hono } from 'hono'
import * as z from 'zod'
import { optional, text } from '../../domain/base/fields'
import { type FriendCard, searchFriends } from '../../domain/people'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { enveloped } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { listed, ownListMax, pageShape, query } from '../../wire/input/paging'
import { PersonSummary, personSummaryView } from '../../wire/shapes/person-record'
import { enveloping } from '../../wire/shapes/common'

export const usersSearchFriends = new Hono<AppEnv>()

const FriendSearch = pageShape(ownListMax).extend({
  prefix: optional(text({ blank: true })),
  group: optional(text({ blank: true })),
})

/** A friend with the label that the caller has given them. */
const FriendRecord = PersonSummary.extend({ group: z.string() }).meta({ id: 'LabelledFriend' })

usersSearchFriends.get(
  '/users/search_friends',
  endpoint({
    tags: ['D'],
    summary: 'One’s friends, by the beginning of their names and by label',
    description:
      '`prefix` is without regard to case, `group`, the label, is compared exactly; without them it is all friends.',
    answers: { 200: enveloping(z.object({ friends: z.array(FriendRecord) })) },
  }),
  signedIn,
  query(FriendSearch),
  async (c) => {
    const { prefix = '', group = '', ...page } = c.req.valid('query')
    const search = { prefix, label: group }
    const found = await searchFriends(c.get('context'), c.get('caller'), search, page)
    return c.json(enveloped({ friends: listed(c, found, (friend) => friendView(c, friend)) }))
  },
)

function friendView(c: AppContext, friend: FriendCard): z.output<typeof FriendRecord> {
  return { ...personSummaryView(c, friend), group: friend.label }
}
