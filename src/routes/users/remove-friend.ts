// /users/remove_friend: contract C's end of a friendship.
import { Hono } from 'hono'
import { removeFriend } from '../../domain/friends'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { answersFor, Named, namesSomebody, outcome } from '../../wire/shapes/friend-by-name'

export const usersRemoveFriend = new Hono<AppEnv>()

const removeAnswers = answersFor('You cannot remove yourself as a friend.')

usersRemoveFriend.post(
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
