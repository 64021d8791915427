// The live side of accounts: one Durable Object each, found by a name of its own.
import type { InTime, Named, People } from '../domain/base/context'
import { objectName } from '../domain/base/object-names'
import { TooLate } from './deadlines'
import { logError } from './log'
import { upgradeOf } from './rooms'

/** People behind a binding. */
export function durablePeople(binding: Env['PEOPLE'], inTime: InTime): People {
  const objectOf = (person: Named) => binding.getByName(objectName(person))
  return {
    async join(owner, after) {
      const headers = { upgrade: 'websocket', 'x-owner': JSON.stringify({ ...owner, after }) }
      const person = objectOf({ id: owner.userId, name: owner.object })
      const address = 'https://person.invalid/'
      return upgradeOf(await inTime('object', () => person.fetch(address, { headers })))
    },
    async endSessions(person, sessionIds, at) {
      const end = () =>
        inTime('objectWithDatabase', () => objectOf(person).endSessions(sessionIds, person.id, at))
      try {
        await end()
      } catch (error) {
        if (error instanceof TooLate) throw error
        // An object that was just being restarted is there the next time.
        logError('people.end_sessions', error)
        await end()
      }
    },
    presenceChanged: (person) =>
      inTime('objectWithDatabase', () => objectOf(person).presenceChanged(person.id)),
    deliver: (person, items) =>
      inTime('object', async () => objectOf(person).deliver(items, person.id)),
    async notify(person, event) {
      try {
        await inTime('object', async () => objectOf(person).notify(event, person.id))
      } catch (error) {
        logError('people.notify', error)
      }
    },
  }
}
