// The live side of accounts: one Durable Object each, named by the account's id.
import type { People } from '../domain/context'
import { logError } from './log'
import { upgradeOf } from './rooms'

/** People behind a binding. */
export function durablePeople(binding: Env['PEOPLE']): People {
  const person = (userId: number) => binding.getByName(String(userId))
  return {
    async join(pass) {
      const headers = { upgrade: 'websocket', 'x-pass': JSON.stringify(pass) }
      return upgradeOf(await person(pass.userId).fetch('https://person.invalid/', { headers }))
    },
    async endSessions(userId, sessionIds) {
      try {
        await person(userId).endSessions(sessionIds)
      } catch (error) {
        // An object that was just being restarted is there the next time.
        logError('people.end_sessions', error)
        await person(userId).endSessions(sessionIds)
      }
    },
    presenceChanged: (userId) => person(userId).presenceChanged(),
    async notify(userId, event) {
      try {
        await person(userId).notify(event)
      } catch (error) {
        logError('people.notify', error)
      }
    },
  }
}
