// /users/friends/…: contract D's friend requests, friendships and groups, in its envelope.
import { Hono } from 'hono'
import * as z from 'zod'
import type { DomainError } from '../../domain/errors'
import { integer, optional, text } from '../../domain/fields'
import { labelFriend, listLabels, maxLabelLength } from '../../domain/friend-labels'
import {
  type AnsweredRequest,
  listReceived,
  listSent,
  type PendingRequest,
} from '../../domain/friend-lists'
import { answerRequest, askFriend } from '../../domain/friends'
import { endFriendship } from '../../domain/friends-ending'
import { type Answer, answers } from '../../wire/answers'
import type { AppContext, AppEnv } from '../../wire/app-env'
import { body } from '../../wire/body'
import { signedIn } from '../../wire/credentials'
import { enveloped, envelope, errorsIn, refusedWith } from '../../wire/dialects'
import { listed, ownListMax, pageQuery, query } from '../../wire/paging'
import { integerId } from '../../wire/paths'
import { personSummaryView } from '../../wire/person-record'
import { isoTime } from '../../wire/times'

export const usersFriends = new Hono<AppEnv>()
usersFriends.onError(errorsIn(envelope))

const Ask = z.object({ id: integer() })

const askAnswers = answers({
  'friendship.self': refusedWith(400, 1, 'Cannot send friend request to yourself'),
  'person.missing': refusedWith(404, 2, 'User not found'),
  'friendship.exists': refusedWith(400, 3, 'Already friends with this user'),
  'request.repeated': refusedWith(400, 4, 'Friend request already sent'),
})

usersFriends.post('/users/friends/request', signedIn, askAnswers, body(Ask), async (c) => {
  const { id } = c.req.valid('json')
  const request = await askFriend(c.get('context'), c.get('caller'), id)
  const isAccepted = request.status === 'accepted'
  const message = isAccepted ? 'Friend request accepted' : 'Friend request sent successfully'
  return c.json(enveloped({ message, auto_accepted: isAccepted }))
})

const Respond = z.object({ response: text().pipe(z.enum(['accept', 'reject'])) })

const requestNotFound = refusedWith(404, 2, 'Request not found')
const respondAnswers = answers({
  'fields.invalid': refusedWith(400, 1, 'Invalid response type'),
  'request.missing': requestNotFound,
  'request.foreign': requestNotFound,
  'request.answered': requestNotFound,
})

usersFriends.post(
  '/users/friends/respond/:id',
  signedIn,
  respondAnswers,
  body(Respond),
  async (c) => {
    const id = integerId(c.req.param('id'))
    const answer = c.req.valid('json').response === 'accept' ? 'accepted' : 'rejected'
    await answerRequest(c.get('context'), c.get('caller'), id, answer)
    return c.json(enveloped({ message: `Friend request ${answer}` }))
  },
)

const deleteAnswers = answers({
  'person.missing': refusedWith(404, 1, 'User not found'),
  'friendship.missing': refusedWith(404, 2, 'Friendship asymmetric OR not found'),
})

usersFriends.delete('/users/friends/delete/:id', signedIn, deleteAnswers, async (c) => {
  await endFriendship(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
  return c.json(enveloped({ message: 'Friend removed successfully' }))
})

usersFriends.get('/users/friends/groups', signedIn, pageQuery(ownListMax), async (c) => {
  const page = await listLabels(c.get('context'), c.get('caller'), c.req.valid('query'))
  return c.json(enveloped({ groups: listed(c, page).map(({ label }) => label) }))
})

const Label = z.object({ group: text({ max: maxLabelLength }) })

const labelAnswers = answers({
  'friendship.missing': refusedWith(404, 2, 'Friendship not found'),
  'fields.invalid': labelRefused,
})

usersFriends.patch(
  '/users/friends/group_update/:id',
  signedIn,
  labelAnswers,
  body(Label),
  async (c) => {
    const { group } = c.req.valid('json')
    await labelFriend(c.get('context'), c.get('caller'), integerId(c.req.param('id')), group)
    return c.json(enveloped({ message: 'Friend group updated', group }))
  },
)

function labelRefused(error: DomainError): Answer {
  const isTooLong = error.issues.some(({ code }) => code === 'too_long')
  return isTooLong ? refusedWith(400, 1, 'Group name too long')() : envelope.domain(error)
}

const recentDefault = 5
const Recent = z.object({
  count: optional(integer({ min: 0 })).transform((count) =>
    Math.min(count ?? recentDefault, ownListMax),
  ),
})

usersFriends.get('/users/friends/received_requests', signedIn, query(Recent), async (c) => {
  const { count } = c.req.valid('query')
  const { pending, recent } = await listReceived(c.get('context'), c.get('caller'), count)
  return c.json(
    enveloped({
      pending: pending.map((request) => pendingView(c, 'from_user', request)),
      recent: recent.map((request) => answeredView(c, request)),
    }),
  )
})

usersFriends.get('/users/friends/sent_requests', signedIn, pageQuery(ownListMax), async (c) => {
  const page = await listSent(c.get('context'), c.get('caller'), c.req.valid('query'))
  const pending = listed(c, page).map((request) => pendingView(c, 'to_user', request))
  return c.json(enveloped({ pending }))
})

/** Contract D writes this one time in seconds since 1970. */
function pendingView(c: AppContext, side: 'from_user' | 'to_user', request: PendingRequest) {
  return {
    id: request.id,
    [side]: personSummaryView(c, request.person),
    last_updated: Math.floor(request.updatedAt / 1000),
  }
}

function answeredView(c: AppContext, request: AnsweredRequest) {
  return {
    id: request.id,
    user: personSummaryView(c, request.person),
    status: request.status,
    last_updated: isoTime(request.updatedAt),
    direction: request.sent ? 'to' : 'from',
  }
}
