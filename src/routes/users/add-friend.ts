// /users/add_friend: contract C's friends, who are such at once (unless the deployment has switched that off:
// then the first asks).
import { Hono } from 'hono'
import { addFriend } from '../../domain/friends'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { answersFor, Named, namesSomebody, outcome } from '../../wire/shapes/friend-by-name'

export const usersAddFriend = new Hono<AppEnv>()

const addAnswers = answersFor('You cannot add yourself as a friend.')

usersAddFriend.post(
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
