// The live side of accounts: one Durable Object each, found by a name of its own.
import type { Named, People } from '../domain/context'
import { objectName } from '../domain/object-names'
import { logError } from './log'
import { upgradeOf } from './rooms'

/** People behind a binding. */
export function durablePeople(binding: Env['PEOPLE']): People {
  const objectOf = (person: Named) => binding.getByName(objectName(person))
  return {
    async join(pass) {
      const headers = { upgrade: 'websocket', 'x-pass': JSON.stringify(pass) }
      const person = objectOf({ id: pass.userId, name: pass.object })
      return upgradeOf(await person.fetch('https://person.invalid/', { headers }))
    },
    async endSessions(person, sessionIds) {
      try {
        await objectOf(person).endSessions(sessionIds, person.id)
      } catch (error) {
        // An object that was just being restarted is there the next time.
        logError('people.end_sessions', error)
        await objectOf(person).endSessions(sessionIds, person.id)
      }
    },
    presenceChanged: (person) => objectOf(person).presenceChanged(person.id),
    async notify(person, event) {
      try {
        await objectOf(person).notify(event, person.id)
      } catch (error) {
        logError('people.notify', error)
      }
    },
  }
}
