// What live sockets do for their person: as long as there are any they are looked after, and the presence moves on;
// friends learn when it changes.
import type { Context } from '../../domain/base/context'
import { silenceMax } from '../sockets/closing'
import type { OwnSockets } from './own-sockets'
import { leaseEvery, type PresenceLease } from './presence-lease'
import { type Ended, type Place, type Registry, sessionsOf } from './registry'
import type { Resuming } from './resuming'
import type { PersonsRooms } from './rooms'
import type { Wakes } from './wakes'

/** What is needed of the person. */
type Surroundings = {
  registry: Registry
  own: OwnSockets
  presence: PresenceLease
  resuming: Resuming
  rooms: PersonsRooms
  wakes: Wakes
  context: () => Context
  userId: () => number
}

/** Keeps a person present while their sockets live, and closes those of sessions that have ended. */
export class Upkeep {
  constructor(private readonly person: Surroundings) {}

  /** After sockets of these sessions came or went: presence moves on, and friends learn what changed. */
  async followUp(sessionIds: readonly string[]): Promise<void> {
    const { presence } = this.person
    if (presence.age >= leaseEvery && sessionIds.length > 0) await this.lease(sessionIds)
    if (!presence.isShown) await this.announce()
    await this.#wakeForSockets()
  }

  /** Writes the presence through; sessions that turn out to have ended lose their sockets. */
  async lease(sessionIds: readonly string[]): Promise<void> {
    const { own, presence, registry, resuming, userId } = this.person
    const ended = await presence.renew(userId(), sessionIds, own.all.length > 0)
    resuming.seen()
    const stranded = registry.all.filter(({ sessionId }) => ended.includes(sessionId))
    if (stranded.length > 0) await this.sendAway(stranded, ended)
  }

  /** Tells friends what has changed, where something has. */
  announce(): Promise<void> {
    const { presence, userId, wakes } = this.person
    return presence.announce(userId(), (time) => wakes.wake(time))
  }

  /** Closes the sockets of sessions that have ended: own ones, and those at these places. */
  async sendAway(places: readonly Place[], ended: Ended): Promise<void> {
    this.person.own.drop(ended)
    await this.person.rooms.drop(places, ended)
  }

  /** What is due by the alarm: ends that failed are tried again, and the presence of who is there moves on. */
  async look(): Promise<void> {
    const { presence, registry, rooms } = this.person
    const { stranded } = registry
    if (stranded.length > 0) await this.sendAway(stranded, sessionsOf(stranded))
    if (presence.age >= presence.rhythm - leaseEvery) {
      await rooms.takeStock()
      const live = sessionsOf(registry.live)
      if (live.length > 0) await this.lease(live)
    }
    await this.#wakeForSockets()
    if (presence.isShown) await this.announce()
  }

  async #wakeForSockets(): Promise<void> {
    const { context, own, presence, registry, wakes } = this.person
    if (registry.all.length === 0) return
    const { rhythm } = presence
    const wait = own.all.length > 0 ? Math.min(rhythm, silenceMax) : rhythm
    await wakes.wake(context().now() + wait)
  }
}
