// What the service has told: ids, names, tokens, addresses, to be sent back to it as real ones.
import type { Pick } from './values'

/** As many of a kind as are kept; the oldest go first. */
const most = 300

/** What a request has to have where nothing of its kind was ever told. */
const none = '1'

export type Memory = {
  /** Keeps what is of use in an answer; `collection` is the beginning of the path that gave it. */
  learn(collection: string, body: unknown): void
  resolve(pick: Pick): string
}

/**
 * @param templates the paths of the document: what fills their places is known by its place
 * @param everybody what all have been told; a person's own memory tells it on
 */
export function createMemory(templates: string[], everybody?: Memory): Memory {
  const known = new Map<string, string[]>()
  const patterns = templates
    .filter((path) => path.includes('{'))
    .map((path) => ({
      path,
      names: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match.at(1)!),
      pattern: new RegExp(`^${path.replace(/[.]/g, '[.]').replace(/\{\w+\}/g, '([^/]+?)')}/?$`),
    }))

  function add(kind: string, value: string): void {
    const values = known.get(kind) ?? []
    if (values.includes(value)) return
    values.push(value)
    if (values.length > most) values.shift()
    known.set(kind, values)
  }

  /** `depth`: what stands in the answer's own objects is of the collection, what is deeper may be of others. */
  function keep(collection: string, body: unknown, key: string, depth: number): void {
    if (Array.isArray(body)) return body.forEach((item) => keep(collection, item, key, depth))
    if (typeof body === 'object' && body !== null) {
      const inner = isWrapping(body) ? depth : depth + 1
      for (const [name, value] of Object.entries(body)) keep(collection, value, name, inner)
      return
    }
    if (typeof body !== 'string' && typeof body !== 'number') return
    const value = String(body)
    if (/id$/i.test(key)) {
      add('any id', value)
      const isOfCollection = /^_?id$/.test(key) || collection.includes(key.replace(/_id$/, ''))
      if (isOfCollection && depth === 1) add(`id of ${collection}`, value)
      else add(key, value)
    }
    if (/user_?name$/i.test(key)) add('name', value)
    if (/group|label/i.test(key)) add('label', value)
    if (/refresh/.test(key)) add('refresh', value)
    if (value.startsWith('/') || value.startsWith('http')) learnAddress(value)
  }

  function learnAddress(address: string): void {
    if (!URL.canParse(address, 'http://kith.test')) return
    const { pathname } = new URL(address, 'http://kith.test')
    for (const { path, names, pattern } of patterns) {
      const found = pattern.exec(pathname)
      if (found) names.forEach((name, i) => add(`${name} of ${path}`, found.at(i + 1)!))
    }
  }

  function resolve(wanted: Pick): string {
    const { kinds, place, isOwn } = wanted
    const kind = kinds.find((one) => known.has(one))
    if (everybody && !(isOwn && kind)) return everybody.resolve(wanted)
    const values = known.get(kind ?? 'any id') ?? []
    // The newest are the most likely to be there still.
    return values.at(-1 - (place % Math.max(values.length, 1))) ?? none
  }

  function learn(collection: string, body: unknown): void {
    keep(collection, body, '', 0)
    everybody?.learn(collection, body)
  }

  return { learn, resolve }
}

/** An object that only holds what is told. */
function isWrapping(body: object): boolean {
  return Object.keys(body).every((key) =>
    /^(?:data|payload|code|message|blocks|friends|requests)$/.test(key),
  )
}

/** The beginning of a path, by which what it answers is known: `/api/plans` of `/api/plans/{id}/edit`. */
export function collectionOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('/api/') || path.startsWith('/users/') ? 3 : 2)
    .join('/')
    .replace(/\/\{.*/, '')
}
