// What the pages of mailed links call. These calls are not there yet everywhere: then a link is no good.
import { createClient } from 'kith-client'
import { kith } from './client'

/** Nobody's: a link's token is all that counts, and nothing else is asked or sent. */
const nobody = createClient({ baseUrl: location.origin })

/** A call of a path that the client's types may not know. */
type Post = (path: string, given: { body: unknown }) => Promise<unknown>
const post = nobody.POST as unknown as Post
const postAsOneself = kith.POST as unknown as Post

/** Sets a new password by a mailed token. @throws `KithError` */
export const resetPassword = (body: { uid: string; token: string; password: string }) =>
  post('/api/password/reset/confirm/', { body })

/** Confirms an address by a mailed token. @throws `KithError` */
export const confirmEmail = (body: { uid: string; token: string }) =>
  postAsOneself('/api/me/email/confirm/', { body })

/** Stops what somebody else did. Answers with a token that sets a new password. @throws `KithError` */
export async function raiseAlarm(body: { uid: string; token: string }): Promise<string | null> {
  const answer = (await post('/api/alarm/', { body })) as { reset_token?: string } | undefined
  return answer?.reset_token ?? null
}
