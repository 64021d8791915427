// /users/friend_list: one's friends as contract C's clients read them.
import { Hono } from 'hono'
import * as z from 'zod'
import { listFriends } from '../../domain/friends'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { jsonText, listText, ownListMax, pageQuery } from '../../wire/input/paging'
import { PersonRecord, personRecordView } from '../../wire/shapes/person-record'

export const usersFriendList = new Hono<AppEnv>()

usersFriendList.get(
  '/users/friend_list',
  endpoint({
    tags: ['C'],
    summary: 'One’s friends',
    answers: { 200: z.array(PersonRecord) },
  }),
  signedIn,
  pageQuery(ownListMax),
  async (c) => {
    const page = await listFriends(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(c, listText(c, page, personRecordView))
  },
)
