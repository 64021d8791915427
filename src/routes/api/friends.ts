// /api/friends/…: contract B's friend requests. Ids are texts here.
import { Hono } from 'hono'
import * as z from 'zod'
import { choice, optional } from '../../domain/base/fields'
import { relationsCursor } from '../../domain/base/fields/times'
import { textCursors } from '../../domain/base/paging'
import {
  answerRequest,
  askFriend,
  type FriendRequest,
  listRelations,
  type Relation,
  type RelationsCursor,
  removeRequest,
} from '../../domain/friends'
import { answers } from '../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { listed, query } from '../../wire/input/paging'
import { integerId } from '../../wire/input/paths'
import { idText, removed } from '../../wire/shapes/common'

export const apiFriends = new Hono<AppEnv>()

const status = z.enum(['pending', 'accepted', 'rejected'])

const RequestRecord = z
  .object({ id: idText, sender: idText, receiver: idText, status })
  .meta({ id: 'FriendRequest' })

apiFriends.post(
  '/api/friends/request/:id',
  endpoint({
    tags: ['B'],
    summary: 'Ask somebody to be friends',
    description:
      '200 where they had asked already: their request is accepted. After a rejection the same request is open again.',
    answers: { 200: RequestRecord, 201: RequestRecord },
    errors: ['person.missing', 'friendship.self', 'friendship.exists', 'request.repeated'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    const request = await askFriend(c.get('context'), c.get('caller'), id)
    return c.json(requestRecordView(request), request.status === 'pending' ? 201 : 200)
  },
)

const Answer = z.object({ action: choice('accept', 'reject') })

const answerAnswers = answers({
  'fields.invalid': () => ({ status: 400, body: { detail: 'Invalid action' } }),
})

apiFriends.post(
  '/api/friends/respond/:id',
  endpoint({
    tags: ['B'],
    summary: 'Accept or reject a friend request that one received',
    description: 'The id is the `request_id` of the list. The same answer again is good.',
    answers: { 200: z.object({ id: idText, status }) },
    errors: ['request.missing', 'request.foreign', 'request.answered'],
    examples: [{ action: 'accept' }],
  }),
  signedIn,
  answerAnswers,
  body(Answer),
  async (c) => {
    const id = integerId(c.req.param('id'))
    const answer = c.req.valid('json').action === 'accept' ? 'accepted' : 'rejected'
    const again = { again: true }
    const request = await answerRequest(c.get('context'), c.get('caller'), id, answer, again)
    return c.json({ id: String(request.id), status: request.status })
  },
)

const OpenRequest = z.object({
  id: idText,
  request_id: idText,
  username: z.string(),
  status: z.literal('pending'),
})

const RelationsRecord = z.object({
  current_user_id: idText,
  friends: z.array(z.object({ id: idText, request_id: idText, username: z.string() })),
  incoming_requests: z.array(OpenRequest),
  outgoing_requests: z.array(OpenRequest),
})

const listing = endpoint({
  tags: ['B'],
  summary: 'One’s friends, and the requests that wait for an answer',
  description:
    '`id` is the other person’s; `request_id` is the one to answer, cancel or end the friendship by.',
  answers: { 200: RelationsRecord },
})

const relationsQuery = query(z.object({ cursor: optional(relationsCursor) }))

apiFriends.get('/api/friends', listing, signedIn, relationsQuery, async (c) =>
  c.json(await relations(c, c.req.valid('query').cursor)),
)
apiFriends.get('/api/friends/list', listing, signedIn, relationsQuery, async (c) =>
  c.json(await relations(c, c.req.valid('query').cursor)),
)

apiFriends.delete(
  '/api/friends/remove/:id',
  endpoint({
    tags: ['B'],
    summary: 'End a friendship, or cancel or decline a request',
    description: 'The id is the `request_id` of the list; the other person’s is understood too.',
    answers: { 204: removed },
    errors: ['request.missing', 'request.foreign'],
  }),
  signedIn,
  async (c) => {
    await removeRequest(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

function requestRecordView(request: FriendRequest): z.output<typeof RequestRecord> {
  return {
    id: String(request.id),
    sender: String(request.senderId),
    receiver: String(request.receiverId),
    status: request.status,
  }
}

async function relations(
  c: AppContext,
  cursor: RelationsCursor = { friend: 0, incoming: 0, outgoing: 0 },
): Promise<z.output<typeof RelationsRecord>> {
  const { ownId, page } = await listRelations(c.get('context'), c.get('caller'), cursor)
  const paged = textCursors(page, ({ friend, incoming, outgoing }) =>
    [friend, incoming, outgoing].join('-'),
  )
  const records = listed(c, paged, relationView)
  const of = (kind: Relation['kind']) => records.filter((_, i) => page.items[i]!.kind === kind)
  return {
    current_user_id: String(ownId),
    friends: of('friend'),
    incoming_requests: of('incoming') as OpenRequestRecord[],
    outgoing_requests: of('outgoing') as OpenRequestRecord[],
  }
}

type OpenRequestRecord = z.output<typeof OpenRequest>

function relationView({ kind, id, requestId, username }: Relation) {
  const record = { id: String(id), request_id: String(requestId), username }
  return kind === 'friend' ? record : { ...record, status: 'pending' as const }
}
