// How long a person counts as connected: live sockets move the time on, and friends learn when it changes.
import { presentUntil } from '../../domain/accounts'
import { keepPresent, presenceOf } from '../../domain/people'
import type { Context } from '../../domain/base/context'
import type { KeyValues } from './registry'

/** Presence is written at most so often while nothing else changes, in milliseconds. */
export const leaseEvery = 60_000

/** A person's presence, as live sockets keep it up. */
export class PresenceLease {
  constructor(
    private readonly storage: KeyValues,
    private readonly context: () => Context,
  ) {}

  /** How long ago the presence was written, in milliseconds. */
  get age(): number {
    return this.context().now() - ((this.storage.get('lease') as number | undefined) ?? 0)
  }

  /** How often live sockets move the presence on: well before it runs out, in milliseconds. */
  get rhythm(): number {
    return (presentUntil(this.context()) - this.context().now()) / 2
  }

  /** The database has put the presence back to what is left of it. */
  forget(): void {
    this.storage.delete('lease')
  }

  /** Writes the presence through, and whether an own socket `listens`; answers with those of the sessions that turn out to have ended. */
  async renew(userId: number, sessionIds: readonly string[], listens: boolean): Promise<string[]> {
    const asked = [...new Set(sessionIds)]
    const good = await keepPresent(this.context(), userId, asked, listens)
    this.storage.put('lease', this.context().now())
    return asked.filter((id) => !good.includes(id))
  }

  /** Whether friends know that the person is connected. */
  get isShown(): boolean {
    return (this.storage.get('shown') as boolean | undefined) ?? false
  }

  /**
   * Tells friends when the person has come or gone since they were last told. Calls `endsAt` with when the
   * presence is over, where there is one.
   */
  async announce(userId: number, endsAt: (time: number) => Promise<void>): Promise<void> {
    const presence = await presenceOf(this.context(), userId)
    const { isShown } = this
    if (presence?.isConnected) await endsAt(presence.until + 1)
    if (!presence || presence.isConnected === isShown) return
    const { username, friends, isConnected } = presence
    this.storage.put('shown', isConnected)
    const event = { type: 'presence', userId, username, isConnected } as const
    const { people } = this.context()
    await Promise.all(friends.map((friend) => people.notify(friend, event)))
  }
}
