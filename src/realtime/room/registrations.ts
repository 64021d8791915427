// A room's side of its members' objects: each socket is registered with its person's before it is let in.
import type { Admission, Context } from '../../domain/base/context'
import { objectName } from '../../domain/base/object-names'
import type { Person } from '../person/person'
import type { Entry, Place } from '../person/registry'

/** What is needed of the room. */
type Surroundings = {
  people: DurableObjectNamespace<Person>
  roomId: () => number
  context: () => Context
  /** Lets something go on by itself. */
  later(work: Promise<unknown>): void
}

/** A socket of the room and what it was let in with. */
export type Registered = { id: string; admission: Admission }

/** Tells members' objects of the sockets of a room. */
export class Registrations {
  constructor(private readonly room: Surroundings) {}

  /** With the person's object, which may have to ask other rooms first. */
  enter(one: Registered): Promise<Entry> {
    const { signedInAt, userId } = one.admission
    const enter = () => this.#person(one).enter(this.#place(one), signedInAt, userId)
    return this.#ask<Entry>(async () => enter())
  }

  leave(one: Registered): Promise<void> {
    const leave = () => this.#person(one).leave([this.#place(one)], one.admission.userId)
    return this.#ask(async () => leave())
  }

  /** Best effort: a person's object asks for itself from time to time. */
  leaveLater(all: readonly Registered[]): void {
    const report = (error: unknown) => this.room.context().report('room.leave', error)
    for (const one of all) this.room.later(this.leave(one).catch(report))
  }

  /** Keeps the session out for a while; settles when that is done or has failed. */
  async bar(one: Registered): Promise<void> {
    const report = (error: unknown) => this.room.context().report('room.bar', error)
    const bar = () => this.#person(one).bar(this.#place(one), one.admission.userId)
    await this.#ask(async () => bar()).catch(report)
  }

  /** A person's object, which may hang. */
  #ask<T>(work: () => Promise<T>): Promise<T> {
    return this.room.context().inTime('object', work)
  }

  #person({ admission: { userId, object } }: Registered) {
    return this.room.people.getByName(objectName({ id: userId, name: object }))
  }

  /** A socket here, as its person's object knows it. */
  #place({ id, admission }: Registered): Place {
    const { room, sessionId } = admission
    return { room: this.room.roomId(), roomName: room, socketId: id, sessionId }
  }
}
