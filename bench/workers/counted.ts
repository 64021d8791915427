// Bindings that count: the same environment, each call of D1, KV, R2 and the objects noted in passing.
import { type Counts, nothing } from '../counts'

/** Since the last `take`. One Worker serves one call after another here, so nothing is mixed up. */
let counts: Counts = { ...nothing }
const cursors: SqlStorageCursor<never>[] = []
const underWay = new Set<Promise<unknown>>()

export function count(name: keyof Counts, by = 1): void {
  counts[name] += by
}

/** Work that goes on after an answer. */
export function follow(work: Promise<unknown>): void {
  const settled = work.catch(() => {}).finally(() => underWay.delete(settled))
  underWay.add(settled)
}

/** Waits until what is under way is done, and answers with what was counted since the last time. */
export async function take(): Promise<Counts> {
  while (underWay.size > 0) await Promise.all(underWay)
  // A cursor knows what it read once it was read to its end.
  for (const { rowsRead, rowsWritten } of cursors.splice(0)) {
    counts.objectRowsRead += rowsRead
    counts.objectRowsWritten += rowsWritten
  }
  const taken = counts
  counts = { ...nothing }
  return taken
}

/** The environment, counted. `isObject`: it is a Durable Object that asks. */
export function counted(env: Env, isObject = false): Env {
  return {
    ...env,
    DB: countedDatabase(env.DB, isObject),
    BLACKLIST: calling(env.BLACKLIST, { get: 'kvReads', put: 'kvWrites', delete: 'kvWrites' }),
    MEDIA: calling(env.MEDIA, {
      get: 'mediaReads',
      head: 'mediaReads',
      put: 'mediaWrites',
      list: 'mediaWrites',
    }),
    ROOMS: countedObjects(env.ROOMS),
    PEOPLE: countedObjects(env.PEOPLE),
  }
}

function countedDatabase(db: D1Database, isObject: boolean): D1Database {
  const batch: D1Database['batch'] = async (statements) => {
    count('trips')
    if (isObject) count('objectTrips')
    const results = await db.batch<never>(statements)
    for (const { meta } of results) {
      count('rowsRead', meta.rows_read)
      count('rowsWritten', meta.rows_written)
    }
    return results
  }
  return new Proxy(db, {
    get(target, name) {
      if (name === 'batch') return batch
      // All that the service asks goes through `batch`.
      if (name === 'prepare') return target.prepare.bind(target)
      throw new Error(`D1's ${String(name)} is not counted`)
    },
  })
}

function calling<T extends object>(binding: T, names: Record<string, keyof Counts>): T {
  return new Proxy(binding, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        const counter = names[String(name)]
        if (counter) count(counter)
        return Reflect.apply(method, target, args) as unknown
      }
    },
  })
}

function countedObjects<T extends Env['ROOMS'] | Env['PEOPLE']>(namespace: T): T {
  const getByName = (name: string) => {
    const stub = namespace.getByName(name) as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >
    return new Proxy(stub, {
      get(target, method) {
        if (method === 'then') return undefined
        return (...args: unknown[]) => {
          count('objectRequests')
          return target[String(method)]!(...args)
        }
      },
    })
  }
  return { getByName } as unknown as T
}

let isPatched = false

/** Counts what objects do in their own storage: by its classes, since a state cannot be wrapped. */
export function countStorage(storage: DurableObjectStorage): void {
  if (isPatched) return
  isPatched = true
  replace(storage.sql, 'exec', (exec) => (...args) => {
    const cursor = exec(...args) as SqlStorageCursor<never>
    cursors.push(cursor)
    return cursor
  })
  replace(storage, 'setAlarm', (setAlarm) => (...args) => {
    count('objectRowsWritten')
    return setAlarm(...args)
  })
  for (const [name, counter] of [
    ['get', 'objectRowsRead'],
    ['put', 'objectRowsWritten'],
    ['delete', 'objectRowsWritten'],
  ] as const) {
    replace(storage.kv, name, (method) => (...args) => {
      count(counter)
      return method(...args)
    })
  }
  replace(storage.kv, 'list', (list) => (...args) => {
    const all = [...(list(...args) as Iterable<unknown>)]
    count('objectRowsRead', all.length)
    return all
  })
}

type Method = (...args: unknown[]) => unknown

function replace(of: object, name: string, made: (method: Method) => Method): void {
  const prototype = Object.getPrototypeOf(of) as Record<string, Method>
  const method = prototype[name]!
  prototype[name] = function replaced(...args: unknown[]) {
    return made((...given) => Reflect.apply(method, this, given))(...args)
  }
}
