// /users/friends/…: contract D's friend requests, friendships and labels, in its envelope.
import { Hono } from 'hono'
import * as z from 'zod'
import type { DomainError } from '../../domain/base/errors'
import { choice, integer, optional, text } from '../../domain/base/fields'
import {
  answerRequest,
  askFriend,
  endFriendship,
  labelFriend,
  listLabels,
  listReceived,
  listSent,
  maxLabelLength,
} from '../../domain/friends'
import { type Answer, answers } from '../../wire/errors/answers'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { enveloped, envelope, refusedWith } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { listed, ownListMax, pageQuery, query } from '../../wire/input/paging'
import { integerId } from '../../wire/input/paths'
import { enveloping, Message } from '../../wire/shapes/common'
import {
  AnsweredRequestRecord,
  answeredView,
  ReceivedRequest,
  receivedView,
  SentRequest,
  sentView,
} from '../../wire/shapes/friend-requests'

export const usersFriends = new Hono<AppEnv>()

// ── Asking and answering ─────────────────────────────────────────────────────────────────────────

const Ask = z.object({ id: integer() })

const askAnswers = answers({
  'friendship.self': refusedWith(400, 1, 'Cannot send friend request to yourself'),
  'person.missing': refusedWith(404, 2, 'User not found'),
  'friendship.exists': refusedWith(400, 3, 'Already friends with this user'),
  'request.repeated': refusedWith(400, 4, 'Friend request already sent'),
})

usersFriends.post(
  '/users/friends/request',
  endpoint({
    tags: ['D'],
    summary: 'Ask somebody to be friends',
    description: 'Where they have asked already, their request is accepted.',
    answers: { 200: enveloping(Message.extend({ auto_accepted: z.boolean() })) },
    errors: ['friendship.self', 'person.missing', 'friendship.exists', 'request.repeated'],
    examples: [{ id: 456 }],
  }),
  signedIn,
  askAnswers,
  body(Ask),
  async (c) => {
    const { id } = c.req.valid('json')
    const request = await askFriend(c.get('context'), c.get('caller'), id)
    const isAccepted = request.status === 'accepted'
    const message = isAccepted ? 'Friend request accepted' : 'Friend request sent successfully'
    return c.json(enveloped({ message, auto_accepted: isAccepted }))
  },
)

const Respond = z.object({ response: choice('accept', 'reject') })

const requestNotFound = refusedWith(404, 2, 'Request not found')
const respondAnswers = answers({
  'fields.invalid': refusedWith(400, 1, 'Invalid response type'),
  'request.missing': requestNotFound,
  'request.foreign': requestNotFound,
  'request.answered': requestNotFound,
})

usersFriends.post(
  '/users/friends/respond/:id',
  endpoint({
    tags: ['D'],
    summary: 'Accept or reject a friend request',
    description: 'Accepting opens the conversation of the two.',
    answers: { 200: enveloping(Message) },
    errors: ['request.missing', 'request.foreign', 'request.answered'],
    examples: [{ response: 'accept' }, { response: 'reject' }],
  }),
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

usersFriends.delete(
  '/users/friends/delete/:id',
  endpoint({
    tags: ['D'],
    summary: 'End a friendship',
    description: 'Both sides of it; the conversation of the two is closed, and says so.',
    answers: { 200: enveloping(Message) },
    errors: ['person.missing', 'friendship.missing'],
  }),
  signedIn,
  deleteAnswers,
  async (c) => {
    await endFriendship(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.json(enveloped({ message: 'Friend removed successfully' }))
  },
)

// ── Labels ───────────────────────────────────────────────────────────────────────────────────────

usersFriends.get(
  '/users/friends/groups',
  endpoint({
    tags: ['D'],
    summary: 'The labels of one’s friends',
    description: '`Default` is always there, another label as long as a friend has it.',
    answers: { 200: enveloping(z.object({ groups: z.array(z.string()) })) },
  }),
  signedIn,
  pageQuery(ownListMax),
  async (c) => {
    const page = await listLabels(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(enveloped({ groups: listed(c, page, ({ label }) => label) }))
  },
)

const Label = z.object({ group: text({ max: maxLabelLength }) })

const labelAnswers = answers({
  'friendship.missing': refusedWith(404, 2, 'Friendship not found'),
  'labels.full': refusedWith(400, 3, 'Too many groups'),
  'fields.invalid': labelRefused,
})

usersFriends.patch(
  '/users/friends/group_update/:id',
  endpoint({
    tags: ['D'],
    summary: 'Give a friend a label',
    description: 'One’s friends can have 200 different ones.',
    answers: { 200: enveloping(Message.extend({ group: z.string() })) },
    errors: ['friendship.missing', 'labels.full'],
    examples: [{ group: 'Close Friends' }],
  }),
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

// ── Lists of requests ────────────────────────────────────────────────────────────────────────────

const recentDefault = 5
const Received = z.object({
  count: optional(integer({ min: 0 })).transform((count) => count ?? recentDefault),
  cursor: optional(integer({ min: 0 })).transform((cursor) => cursor ?? null),
})

usersFriends.get(
  '/users/friends/received_requests',
  endpoint({
    tags: ['D'],
    summary: 'The requests that wait for one’s answer, and the newest answered ones',
    description:
      '`count` is how many answered ones, of either direction: 5 unless it is said, 500 at most. They are on the first page alone.',
    answers: {
      200: enveloping(
        z.object({ pending: z.array(ReceivedRequest), recent: z.array(AnsweredRequestRecord) }),
      ),
    },
  }),
  signedIn,
  query(Received),
  async (c) => {
    const { count, cursor } = c.req.valid('query')
    const asked = { recent: count, cursor }
    const page = await listReceived(c.get('context'), c.get('caller'), asked)
    const records = listed(c, page, (request) =>
      'status' in request ? answeredView(c, request) : receivedView(c, request),
    )
    return c.json(
      enveloped({
        pending: records.filter((record) => 'from_user' in record),
        recent: records.filter((record) => 'user' in record),
      }),
    )
  },
)

usersFriends.get(
  '/users/friends/sent_requests',
  endpoint({
    tags: ['D'],
    summary: 'The requests that one has sent and that wait',
    answers: { 200: enveloping(z.object({ pending: z.array(SentRequest) })) },
  }),
  signedIn,
  pageQuery(ownListMax),
  async (c) => {
    const page = await listSent(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(enveloped({ pending: listed(c, page, (request) => sentView(c, request)) }))
  },
)
