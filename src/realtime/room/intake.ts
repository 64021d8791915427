// What comes in through a room's sockets: counted before it is read, read, and done by its kind; behind a slow
// frame of the same socket in its queue.
import type { Context } from '../../domain/base/context'
import { type FrameError, frameErrors } from '../../wire/errors/frame-errors'
import { Leftovers } from '../sockets/frame-guard'
import { SocketQueues } from '../sockets/queues'
import type { Connection, Connections } from './connections'
import { errorFrame } from './frames'
import { type AnyKind, kinds } from './kinds'
import type { Room } from './kind'
import { type Asked, readFrame } from './reading'

/** What is needed of the room and its sockets. */
type Surroundings = {
  context: () => Context
  connections: Connections
  /** Closes one for what it sent. */
  dismiss(by: Connection, code: number, reason: string): void
  /** Closes one for how much it sent, and keeps its session out. */
  expel(by: Connection): void
  /** Cuts all connections: for a client that ignores its close. */
  abort(reason: string): void
  /** As the kinds of frame see it. */
  room: Room
}

/** Takes the frames of all sockets of a room, each in its order. */
export class Intake {
  readonly #queues = new SocketQueues()
  readonly #leftovers = new Leftovers()

  constructor(private readonly sockets: Surroundings) {}

  hear(socket: WebSocket, data: string | ArrayBuffer): void {
    const by = this.sockets.connections.find(socket)
    const { now, rules } = this.sockets.context()
    if (!by) return this.#hearLeftover(socket, now())
    const verdict = by.guard.judge(rules, now())
    if (verdict !== 'read') return this.#holdBack(by, verdict)
    this.sockets.connections.seen(by, now())
    const asked = readFrame(data)
    if (asked.kind === 'close') return this.sockets.dismiss(by, asked.code, 'Frame too big')
    this.#inTurn(by, asked, typeof data === 'string' ? data.length : data.byteLength)
  }

  /** A slow frame takes its time; what its sender sends after it waits for it. */
  #inTurn(by: Connection, asked: Asked, size: number): void {
    const kind = kindOf(asked)
    const isSlow = kind?.isSlow(asked) ?? false
    if (!isSlow && !this.#queues.isBusy(by.socket)) return this.#do(by, asked, kind)
    const report = (error: unknown) => this.sockets.context().report('room.turn', error)
    const work = async () => (isSlow ? this.#doSlow(by, asked, kind) : this.#do(by, asked, kind))
    const isRoom = this.#queues.add(by.socket, size, () => work().catch(report))
    if (!isRoom) this.sockets.connections.send(by, errorFrame(frameErrors.tooFast, null))
  }

  #do(by: Connection, asked: Asked, kind: AnyKind | undefined): void {
    if (!this.sockets.connections.has(by)) return
    if (asked.kind === 'refused') return this.refuse(by, asked, asked.clientId)
    this.#storeAndTell(by, kind, kind?.decide(this.sockets.room, by, asked) ?? null)
  }

  async #doSlow(by: Connection, asked: Asked, kind: AnyKind | undefined): Promise<void> {
    this.#storeAndTell(by, kind, (await kind?.prepare(this.sockets.room, by, asked)) ?? null)
  }

  #storeAndTell(by: Connection, kind: AnyKind | undefined, decided: unknown): void {
    if (decided === null || !kind) return
    const stored: unknown = kind.store(this.sockets.room, by, decided)
    if (stored !== null) kind.tell(this.sockets.room, by, stored)
  }

  /** A malformed frame is answered, until there were too many of them. */
  refuse(by: Connection, error: FrameError, clientId: string | null): void {
    const { connections } = this.sockets
    const { now, rules } = this.sockets.context()
    const isForgiven = by.guard.forgives(rules, now())
    if (isForgiven) return connections.send(by, errorFrame(error, clientId))
    if (connections.has(by)) this.sockets.expel(by)
  }

  #holdBack(by: Connection, verdict: 'answer' | 'drop' | 'end'): void {
    if (verdict === 'drop') return
    if (verdict === 'end') return this.sockets.expel(by)
    const { window } = this.sockets.context().rules.frames
    this.sockets.connections.send(by, errorFrame(frameErrors.tooFast, null, window))
  }

  /** Only with the object can the connection of a client be cut that ignores its close. */
  #hearLeftover(socket: WebSocket, now: number): void {
    if (!this.#leftovers.isFlood(socket, now)) return
    const reason = 'a client sends on behind its close'
    this.sockets.context().report('room.flood', new Error(reason))
    this.sockets.abort(reason)
  }
}

function kindOf(asked: Asked): AnyKind | undefined {
  return asked.kind in kinds ? kinds[asked.kind as keyof typeof kinds] : undefined
}
