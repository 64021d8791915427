// Whose an object is: the id that it was first asked for, kept for good. Its name tells nothing.

/** What is needed of an object's storage. */
type KeyValues = { get(key: string): unknown; put(key: string, value: unknown): void }

/** Objects of before they had names of their own are called by their id: a random name is longer. */
const idAsName = /^\d{1,16}$/

/** Whose an object is, and whether it is asked for as that. */
export class Identity {
  #id: number | null

  constructor(
    private readonly storage: KeyValues,
    name: string | undefined,
  ) {
    const kept = storage.get('id') as number | undefined
    this.#id = kept ?? (idAsName.test(name ?? '') ? Number(name) : null)
  }

  /** Null where nobody has asked yet. */
  get id(): number | null {
    return this.#id
  }

  /** Whether it is asked for as what it is; the first asking settles that. */
  is(id: number): boolean {
    if (this.#id === null) this.storage.put('id', (this.#id = id))
    return this.#id === id
  }
}
