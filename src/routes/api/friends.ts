// /api/friends/…: contract B's friend requests. Ids are texts here.
import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../../domain/fields'
import { listRelations } from '../../domain/friend-lists'
import { answerRequest, askFriend } from '../../domain/friends'
import { removeRequest } from '../../domain/friends-ending'
import { answers } from '../../wire/answers'
import type { AppContext, AppEnv } from '../../wire/app-env'
import { body } from '../../wire/body'
import { signedIn } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { integerId } from '../../wire/paths'

export const apiFriends = new Hono<AppEnv>()
apiFriends.onError(errorsIn(detail))

apiFriends.post('/api/friends/request/:id', signedIn, async (c) => {
  const id = integerId(c.req.param('id'))
  const request = await askFriend(c.get('context'), c.get('caller'), id)
  const view = {
    id: String(request.id),
    sender: String(request.senderId),
    receiver: String(request.receiverId),
    status: request.status,
  }
  return c.json(view, request.status === 'pending' ? 201 : 200)
})

const Answer = z.object({ action: text().pipe(z.enum(['accept', 'reject'])) })

const answerAnswers = answers({
  'fields.invalid': () => ({ status: 400, body: { detail: 'Invalid action' } }),
})

apiFriends.post('/api/friends/respond/:id', signedIn, answerAnswers, body(Answer), async (c) => {
  const id = integerId(c.req.param('id'))
  const answer = c.req.valid('json').action === 'accept' ? 'accepted' : 'rejected'
  const again = { again: true }
  const request = await answerRequest(c.get('context'), c.get('caller'), id, answer, again)
  return c.json({ id: String(request.id), status: request.status })
})

apiFriends.get('/api/friends', signedIn, listAll)
apiFriends.get('/api/friends/list', signedIn, listAll)

apiFriends.delete('/api/friends/remove/:id', signedIn, async (c) => {
  await removeRequest(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
  return c.body(null, 204)
})

async function listAll(c: AppContext) {
  return c.json(relationsView(await listRelations(c.get('context'), c.get('caller'))))
}

type Relations = Awaited<ReturnType<typeof listRelations>>

function relationsView({ ownId, friends, incoming, outgoing }: Relations) {
  return {
    current_user_id: String(ownId),
    friends: friends.map(({ id, requestId, username }) => ({
      id: String(id),
      request_id: String(requestId),
      username,
    })),
    incoming_requests: incoming.map(requestView),
    outgoing_requests: outgoing.map(requestView),
  }
}

function requestView({ id, person }: Relations['incoming'][number]) {
  return {
    id: String(person.id),
    request_id: String(id),
    username: person.username,
    status: 'pending',
  }
}
