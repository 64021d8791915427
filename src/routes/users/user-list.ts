// /users/user_list: everybody, as contract C's clients list them.
import { Hono } from 'hono'
import * as z from 'zod'
import { listRecords } from '../../domain/people'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { everybodyMax, jsonText, listText, textPageQuery } from '../../wire/input/paging'
import { PersonRecord, personRecordView } from '../../wire/shapes/person-record'

export const usersUserList = new Hono<AppEnv>()

usersUserList.get(
  '/users/user_list',
  endpoint({
    tags: ['C'],
    summary: 'Everybody, oneself included, by username',
    answers: { 200: z.array(PersonRecord) },
  }),
  signedIn,
  textPageQuery(everybodyMax),
  async (c) => {
    const page = await listRecords(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(c, listText(c, page, personRecordView))
  },
)
