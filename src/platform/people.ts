// The live side of accounts: one Durable Object each, named by the account's id.
import type { InTime, People } from '../domain/context'
import { TooLate } from './deadlines'
import { logError } from './log'
import { upgradeOf } from './rooms'

/** People behind a binding. */
export function durablePeople(binding: Env['PEOPLE'], inTime: InTime): People {
  const person = (userId: number) => binding.getByName(String(userId))
  return {
    async join(pass) {
      const headers = { upgrade: 'websocket', 'x-pass': JSON.stringify(pass) }
      const address = 'https://person.invalid/'
      return upgradeOf(
        await inTime('object', () => person(pass.userId).fetch(address, { headers })),
      )
    },
    async endSessions(userId, sessionIds, at) {
      const end = () =>
        inTime('objectWithDatabase', () => person(userId).endSessions(sessionIds, at))
      try {
        await end()
      } catch (error) {
        if (error instanceof TooLate) throw error
        // An object that was just being restarted is there the next time.
        logError('people.end_sessions', error)
        await end()
      }
    },
    presenceChanged: (userId) =>
      inTime('objectWithDatabase', () => person(userId).presenceChanged()),
    async notify(userId, event) {
      try {
        await inTime('object', async () => person(userId).notify(event))
      } catch (error) {
        logError('people.notify', error)
      }
    },
  }
}
