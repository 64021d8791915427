// A database and rooms that the demo of a version before has filled, opened by the code of today: each of its
// people signs in with the password of then and is answered as then, body for body.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answers,
  askedAt,
  comparable,
  emptyRooms,
  openDatabase,
  openRooms,
  signInAs,
} from '../support/demo-before'
import { createMailbox } from '../support/mailbox'
import { createWorld } from '../support/world'

/** Where it was asked for, which links have in them. */
const askedFor = 'http://localhost:8911'
const mailbox = createMailbox()
const world = createWorld({ now: askedAt, origin: askedFor, context: mailbox.context })
const people = [...new Set(answers.flatMap(({ to }) => to))]
const credentials = new Map<string, { access: string }>()

beforeAll(async () => {
  await openDatabase()
  await openRooms()
  // All of them before anybody asks: a sign-in shows somebody as being there.
  for (const name of people) credentials.set(name, await signInAs(world, mailbox, name))
})

afterAll(emptyRooms)

describe('the world of the demo, as a version before has left it', () => {
  it('has twelve people, who read everything that there is', () => {
    expect([people.length, answers.length > 300]).toEqual([12, true])
  })

  it.each(people)('answers %s as it did then', async (name) => {
    const of = answers.filter(({ to }) => to.includes(name))
    for (const { path, status, body } of of) {
      const now = await world.call('GET', path, { as: credentials.get(name) })
      const shown = comparable(now.body ?? now.text)
      expect([path, now.status, shown]).toEqual([path, status, comparable(body)])
    }
  })
})
