// The refresh-token blacklist in KV: it refuses sooner and cheaper, but it is late elsewhere and
// remembers misses, so nothing depends on it.
import type { Blacklist, Clock, InTime } from '../domain/base/context'
import { logError } from './log'

/** KV's shortest expiry. */
const minTtlSeconds = 60

/** The blacklist over a KV namespace. A KV that fails or is late is logged and taken as one that knows nothing. */
export function kvBlacklist(kv: KVNamespace, now: Clock, inTime: InTime): Blacklist {
  const keyOf = (jti: string) => `refresh:${jti}`
  return {
    async has(jti) {
      try {
        return (await inTime('kv', () => kv.get(keyOf(jti)))) !== null
      } catch (error) {
        logError('blacklist.read', error)
        return false
      }
    },
    async add(tokens) {
      const writes = tokens.map(({ jti, expiresAt }) => {
        const left = Math.ceil((expiresAt - now()) / 1000)
        const expirationTtl = Math.max(left, minTtlSeconds)
        return inTime('kvWrite', () => kv.put(keyOf(jti), '1', { expirationTtl }))
      })
      for (const outcome of await Promise.allSettled(writes)) {
        if (outcome.status === 'rejected') logError('blacklist.write', outcome.reason)
      }
    },
  }
}
