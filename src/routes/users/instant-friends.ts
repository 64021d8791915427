// /users/add_friend, /users/remove_friend, /users/friend_list: contract C's friends, who are such at once
// (unless the deployment has switched that off: then the first asks).
import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../../domain/base/fields'
import { listFriends } from '../../domain/friends/lists'
import { addFriend } from '../../domain/friends/asking'
import { removeFriend } from '../../domain/friends/ending'
import { type Answer, answers } from '../../wire/errors/answers'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { detail, errorsIn } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { listed, ownListMax, pageQuery } from '../../wire/input/paging'
import { PersonRecord, personRecordView } from '../../wire/shapes/person-record'

export const instantFriends = new Hono<AppEnv>()
instantFriends.onError(errorsIn(detail))

const Named = z.object({ friend_username: text() })

const nobody = (): Answer => ({ status: 404, body: { detail: 'No User matches the given query.' } })

const answersFor = (self: string) =>
  answers({
    'person.missing': nobody,
    // A name that is longer than any is nobody's.
    'fields.invalid': (error) =>
      error.issues.some(({ code }) => code === 'too_long') ? nobody() : detail.domain(error),
    'friendship.self': () => ({ status: 400, body: { friend_username: [self] } }),
  })

const addAnswers = answersFor('You cannot add yourself as a friend.')
const removeAnswers = answersFor('You cannot remove yourself as a friend.')

/** What became of it, with the name as its bearer writes it. */
const Outcome = z.object({ success: z.literal(true), message: z.string() })

const namesSomebody = {
  tags: ['C'],
  answers: { 200: Outcome },
  errors: ['person.missing', 'friendship.self'],
  examples: [{ friend_username: 'manoli' }],
} as const

instantFriends.post(
  '/users/add_friend',
  endpoint({
    ...namesSomebody,
    summary: 'Make somebody a friend',
    description:
      'At once; where the deployment has switched that off (`INSTANT_FRIENDS=off`) they are asked first, and the message says so. Repeatable.',
  }),
  signedIn,
  addAnswers,
  body(Named),
  async (c) => {
    const { friend_username } = c.req.valid('json')
    const person = await addFriend(c.get('context'), c.get('caller'), friend_username)
    const message = person.isFriend
      ? `${person.username} added as friend.`
      : `Friend request sent to ${person.username}.`
    return c.json(outcome(message))
  },
)

instantFriends.post(
  '/users/remove_friend',
  endpoint({
    ...namesSomebody,
    summary: 'End a friendship, or take back what one asked for',
    description: 'Repeatable.',
  }),
  signedIn,
  removeAnswers,
  body(Named),
  async (c) => {
    const { friend_username } = c.req.valid('json')
    const person = await removeFriend(c.get('context'), c.get('caller'), friend_username)
    return c.json(outcome(`${person.username} removed as friend.`))
  },
)

instantFriends.get(
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
    return c.json(listed(c, page, personRecordView))
  },
)

function outcome(message: string): z.output<typeof Outcome> {
  return { success: true, message }
}
