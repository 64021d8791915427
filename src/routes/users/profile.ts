// /users/profile/: the caller's own record, as contract C's web client asks for it after each sign-in.
import { Hono } from 'hono'
import { getOwnRecord } from '../../domain/users'
import type { AppEnv } from '../../wire/app-env'
import { signedIn } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { personRecordView } from '../../wire/person-record'

export const usersProfile = new Hono<AppEnv>()
usersProfile.onError(errorsIn(detail))

usersProfile.get('/users/profile', signedIn, async (c) => {
  const record = await getOwnRecord(c.get('context'), c.get('caller'))
  return c.json({ id: record.id, ...personRecordView(record), email: record.email })
})
