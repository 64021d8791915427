// How a socket gets into a room: registered with its person's object, looked at again where all were sent
// away just now, and only then accepted. One whose session ends meanwhile is refused.
import type { Admission, Context } from '../../domain/base/context'
import { DatabaseUnavailable } from '../../domain/base/errors'
import { isStillAdmitted } from '../../domain/chat'
import { refusal } from '../person/registry'
import type { Registered, Registrations } from './registrations'
import type { RoomStore } from './store'

/** Whoever joins so soon after all were sent away may have been checked before it: is checked again. */
const doubtfulFor = 60_000

/** What is needed of the room. */
type Surroundings = {
  context: () => Context
  store: RoomStore
  registrations: Registrations
  accept(one: Registered): Response
}

/** Lets sockets into a room. */
export class Joining {
  readonly #all = new Map<string, Registered & { isRefused: boolean }>()

  constructor(private readonly room: Surroundings) {}

  /** Those who are just joining. */
  get all(): Registered[] {
    return [...this.#all.values()]
  }

  /** Refuses those who are just joining and are meant. */
  refuse(isMeant: (one: Registered) => boolean): void {
    for (const joining of this.#all.values()) if (isMeant(joining)) joining.isRefused = true
  }

  /** Lets a socket in, or says with a status why not. */
  async join(admission: Admission): Promise<Response> {
    const joining = { id: crypto.randomUUID(), admission, isRefused: false }
    this.#all.set(joining.id, joining)
    try {
      const entry = await this.room.registrations.enter(joining)
      if (entry !== 'in') return refusal(entry)
      const isGood = await this.#isStillGood(admission)
      if (isGood && !joining.isRefused) return this.room.accept(joining)
      await this.room.registrations.leave(joining)
      return new Response(null, { status: joining.isRefused ? 401 : 404 })
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
      this.room.context().report('room.join', error)
      return new Response(null, { status: 503 })
    } finally {
      this.#all.delete(joining.id)
    }
  }

  async #isStillGood(admission: Admission): Promise<boolean> {
    const context = this.room.context()
    for (;;) {
      const { disconnectedAt } = this.room.store.status
      const isDoubtful = context.now() - disconnectedAt < doubtfulFor
      if (isDoubtful && !(await isStillAdmitted(context, admission))) return false
      if (this.room.store.status.disconnectedAt === disconnectedAt) return true
    }
  }
}
