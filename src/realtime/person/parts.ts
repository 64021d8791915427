// What a person's object is made of, put together.
import type { Context } from '../../domain/base/context'
import type { ChatRoom } from '../room/chat-room'
import { Doors } from './doors'
import { PersonLog } from './log'
import { type Close, OwnSockets } from './own-sockets'
import { PresenceLease } from './presence-lease'
import { PushLook } from './push-look'
import { Pushes } from './pushes'
import { Registry } from './registry'
import { Resuming } from './resuming'
import { PersonsRooms } from './rooms'
import { Upkeep } from './upkeep'
import { Wakes } from './wakes'

/** What is needed of the object. */
type Surroundings = {
  state: DurableObjectState
  rooms: DurableObjectNamespace<ChatRoom>
  context: () => Context
  userId: () => number
  /** Closes an own socket, which is then nowhere any more. */
  dismiss: (socket: WebSocket, close: Close) => void
}

/** The parts of a person's object. */
export function createParts({ state, context, userId, dismiss, ...given }: Surroundings) {
  const { storage } = state
  const registry = new Registry(storage.kv)
  const own = new OwnSockets(state)
  const presence = new PresenceLease(storage.kv, context)
  const wakes = new Wakes(storage, () => context().now())
  const rooms = new PersonsRooms({
    rooms: given.rooms,
    registry,
    context,
    userId,
    ownIds: () => own.ids,
    tryAgain: () => wakes.tryAgain(),
  })
  const log = new PersonLog(storage)
  const later = (work: Promise<void>) => state.waitUntil(work)
  const resuming = new Resuming({ storage: storage.kv, log, own, context, userId, dismiss, later })
  const pushes = new Pushes(storage)
  const lastSign = (socketId: string) => own.lastSign(socketId)
  const pushLook = new PushLook({ pushes, context, userId, lastSign })
  const doors = new Doors({ registry, rooms, context })
  const upkeep = new Upkeep({ registry, own, presence, resuming, rooms, wakes, context, userId })
  return { registry, own, presence, wakes, log, resuming, pushes, pushLook, doors, upkeep }
}
