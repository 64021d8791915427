// What a room is made of, put together.
import type { Admission, Context, Named } from '../../domain/base/context'
import { silenceMax } from '../sockets/closing'
import { Alarm } from './alarm'
import { CommitQueue } from './commit-queue'
import { type Connection, Connections } from './connections'
import { Intake } from './intake'
import { Joining } from './joining'
import type { Room } from './kind'
import { commitMessages } from './kind-message'
import { Leaving } from './leaving'
import { RoomLog, type Waiting } from './log'
import { MemberNames } from './names'
import { type Registered, Registrations } from './registrations'
import { Replays } from './replays'
import { RoomStore } from './store'

/** The object around the parts. */
export type Surroundings = {
  state: DurableObjectState
  people: Env['PEOPLE']
  context: () => Context
  conversation: () => Named
}

/** The parts of the room of an object. */
export function createParts({ state, people, context, conversation }: Surroundings) {
  const later = (work: Promise<unknown>) => state.waitUntil(work)
  const store = new RoomStore(state.storage)
  const alarm = new Alarm(state.storage)
  const names = new MemberNames()
  const connections = new Connections(state)
  names.learn(connections.all.map(({ admission }) => admission))
  const log = new RoomLog(store, context)
  const commits = new CommitQueue<Waiting>({
    commit: (group) => commitMessages(room, group),
    synced: () => state.storage.sync(),
    breathe: () => scheduler.wait(0),
    failed: (error) => context().report('room.commit', error),
  })
  const registrations = new Registrations({
    people,
    context,
    later,
    roomId: () => conversation().id,
  })
  const leaving = new Leaving({ context, connections, registrations, commits, later })
  const replays = new Replays({ context, conversation, connections, log, names, store })
  const joining = new Joining({ context, store, registrations, accept })
  const room: Room = {
    context,
    conversationId: () => conversation().id,
    log,
    connections,
    commits,
    wake: (at) => alarm.wake(at),
    discard: (key) => leaving.discard(key),
    refuse: (by, error, clientId) => intake.refuse(by, error, clientId),
  }
  const intake = new Intake({
    context,
    connections,
    room,
    dismiss: (by: Connection, code: number, reason: string) => leaving.dismiss([by], code, reason),
    expel: (by: Connection) => leaving.expel(by),
    abort: (reason: string) => state.abort(reason),
  })
  return { store, alarm, names, connections, log, leaving, replays, joining, intake }

  function accept({ id, admission }: Registered): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    const now = context().now()
    log.learnStatus(admission)
    const next = nextOf(admission)
    const connection = connections.admit(server, { id, admission, next, seenAt: now })
    alarm.wake(now + silenceMax)
    if (next !== null) void replays.send(connection)
    return new Response(null, { status: 101, webSocket: client })
  }
}

/** The id of the message that a socket's replay begins with; null where it wants none. */
function nextOf({ after }: Admission): number | null {
  return after === null ? null : after + 1
}
