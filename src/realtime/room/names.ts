// The names of a room's members as they are today: learnt when somebody joins and from the database, never
// stored, so that nobody reads an old one.
import type { NamedMember } from '../../domain/base/context'

/** What a room knows of its members' names. */
export class MemberNames {
  readonly #names = new Map<number, string>()

  learn(members: readonly NamedMember[]): void {
    for (const { userId, username } of members) this.#names.set(userId, username)
  }

  knowsAll(userIds: readonly number[]): boolean {
    return userIds.every((id) => this.#names.has(id))
  }

  /** '' for the room itself. */
  of(userId: number): string {
    return this.#names.get(userId) ?? ''
  }
}
