// The rooms in which a person's sockets are: asked who is still there, and told to close those whose session
// has ended.
import type { Context } from '../../domain/base/context'
import { objectName } from '../../domain/base/object-names'
import type { ChatRoom } from '../room/chat-room'
import { type Ended, own, type Place, type Registry, roomsOf } from './registry'

/** What is needed of the person. */
type Surroundings = {
  rooms: DurableObjectNamespace<ChatRoom>
  registry: Registry
  context: () => Context
  userId: () => number
  /** The ids of the own sockets that are open. */
  ownIds: () => string[]
  /** What a room did not answer is asked again. */
  tryAgain: () => Promise<void>
}

/** Asks and tells the rooms in which a person has sockets. */
export class PersonsRooms {
  constructor(private readonly person: Surroundings) {}

  /** Closes the sockets at these places in their rooms; own ones are closed already. */
  async drop(places: readonly Place[], ended: Ended): Promise<void> {
    await Promise.all(roomsOf(places).map((room) => this.#dropIn(room, places, ended)))
  }

  async #dropIn(place: Place, places: readonly Place[], ended: Ended): Promise<void> {
    const { context, registry, tryAgain, userId } = this.person
    try {
      const drop = () => this.#room(place).drop(userId(), ended)
      if (place.room !== own) await context().inTime('room', drop)
      registry.leave(places.filter(({ room }) => room === place.room))
    } catch (error) {
      context().report('person.drop', error)
      await tryAgain()
    }
  }

  /** Forgets sockets that a crash has taken: only what is there keeps a person present. */
  async takeStock(): Promise<void> {
    const places = this.person.registry.all
    const looks = roomsOf(places).map((place) => {
      const here = places.filter(({ room }) => room === place.room)
      return this.#lookInto(place, here)
    })
    await Promise.all(looks)
  }

  /** What a room does not tell stays as it is. */
  async #lookInto(place: Place, here: readonly Place[]): Promise<void> {
    try {
      const ids = await this.#socketsIn(place)
      this.person.registry.leave(here.filter(({ socketId }) => !ids.includes(socketId)))
    } catch (error) {
      this.person.context().report('person.stock', error)
    }
  }

  async #socketsIn(place: Place): Promise<string[]> {
    const { context, ownIds, userId } = this.person
    if (place.room === own) return ownIds()
    return context().inTime('room', () => this.#room(place).socketsOf(userId()))
  }

  #room({ room, roomName = '' }: Place) {
    return this.person.rooms.getByName(objectName({ id: room, name: roomName }))
  }
}
