// /users/profile/: the caller's own record, as contract C's web client asks for it after each sign-in.
import { Hono } from 'hono'
import * as z from 'zod'
import { getOwnRecord, type OwnRecord } from '../../domain/people'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { PersonRecord, personRecordView } from '../../wire/shapes/person-record'

export const usersProfile = new Hono<AppEnv>()

const OwnPersonRecord = PersonRecord.extend({ id: z.int(), email: z.string() }).meta({
  id: 'OwnPersonRecord',
})

usersProfile.get(
  '/users/profile',
  endpoint({
    tags: ['C'],
    summary: 'One’s own record, with id and address',
    answers: { 200: OwnPersonRecord },
  }),
  signedIn,
  async (c) => c.json(ownRecordView(await getOwnRecord(c.get('context'), c.get('caller')))),
)

function ownRecordView(record: OwnRecord): z.output<typeof OwnPersonRecord> {
  return { id: record.id, ...personRecordView(record), email: record.email }
}
