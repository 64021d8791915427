// What a kind of frame is: how it is read, whether it may be done now, what it stores and what it tells.
import type { Context } from '../../domain/base/context'
import type { FrameError } from '../../wire/errors/frame-errors'
import type { CommitQueue } from './commit-queue'
import type { Connection, Connections } from './connections'
import type { RoomLog, Waiting } from './log'

/** A frame's JSON. */
export type Fields = Record<string, unknown>

/** Why a frame is not taken. */
export type Refused = { kind: 'refused' } & FrameError & { clientId: string | null }

/** What the kinds of frame work with. */
export type Room = {
  context(): Context
  conversationId(): number
  log: RoomLog
  connections: Connections
  commits: CommitQueue<Waiting>
  /** The alarm rings at that time at the latest. */
  wake(at: number): void
  /** Removes a picture that came to nothing. */
  discard(key: string): void
  /** Answers a malformed frame, and closes where there were too many. */
  refuse(by: Connection, error: FrameError, clientId: string | null): void
}

/**
 * A kind of frame, from reading to telling. Each step is synchronous, so that what is stored and what is
 * told happen in one; `prepare` alone may take its time, and what its sender sends next waits for it.
 */
export type FrameKind<Asked extends { kind: string }, Decided, Stored> = {
  name: Asked['kind']
  /** Whether a frame is of this kind; `type` is what it says of itself. */
  owns(type: unknown, frame: Fields): boolean
  read(frame: Fields): Asked | Refused
  /** Whether it must be prepared. */
  isSlow(asked: Asked): boolean
  /** What only a slow one needs; null where it comes to nothing, which was answered. */
  prepare(room: Room, by: Connection, asked: Asked): Promise<Decided | null>
  /** What is to be stored; null where nothing is. */
  decide(room: Room, by: Connection, asked: Asked): Decided | null
  /** Stores it; null where there is nothing to tell now. */
  store(room: Room, by: Connection, decided: Decided): Stored | null
  tell(room: Room, by: Connection, stored: Stored): void
}

/** Of a kind that is never slow. */
export const quick = {
  isSlow: () => false,
  prepare: async () => null,
}
