// How contract C's clients make and end friendships: by a name, and with an outcome in one sentence.
import * as z from 'zod'
import { text } from '../../domain/base/fields'
import { type Answer, answers } from '../errors/answers'
import { detail } from '../errors/dialects'

/** Somebody, by the name that a client writes. */
export const Named = z.object({ friend_username: text() })

const nobody = (): Answer => ({
  status: 404,
  body: { detail: 'No User matches the given query.' },
})

/** A route's errors: nobody of that name is 404, oneself is blamed on the field, in the words of `self`. */
export const answersFor = (self: string) =>
  answers({
    'person.missing': nobody,
    // A name that is longer than any is nobody's.
    'fields.invalid': (error) =>
      error.issues.some(({ code }) => code === 'too_long') ? nobody() : detail.domain(error),
    'friendship.self': () => ({ status: 400, body: { friend_username: [self] } }),
  })

/** What became of it, with the name as its bearer writes it. */
const Outcome = z.object({ success: z.literal(true), message: z.string() })

/** What both routes say of themselves. */
export const namesSomebody = {
  tags: ['C'],
  answers: { 200: Outcome },
  errors: ['person.missing', 'friendship.self'],
  examples: [{ friend_username: 'manoli' }],
} as const

/** What became of it, in one sentence. */
export function outcome(message: string): z.output<typeof Outcome> {
  return { success: true, message }
}
