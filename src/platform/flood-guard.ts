// The flood guard over Cloudflare's rate limit bindings; its numbers stand in wrangler.toml.
import type { FloodGuard } from '../domain/base/context'
import { logError } from './log'

/** Counts per address and kind. A binding that fails is logged and lets everybody pass. */
export function rateLimitGuard(env: Env, address: string): FloodGuard {
  const bindings = {
    signIn: env.FLOOD_SIGN_IN,
    refresh: env.FLOOD_REFRESH,
    anonymous: env.FLOOD_ANONYMOUS,
  }
  return {
    async admits(kind) {
      try {
        return (await bindings[kind].limit({ key: address })).success
      } catch (error) {
        logError('flood_guard', error)
        return true
      }
    },
  }
}

/** For `FLOOD_GUARD=off`. */
export const noFloodGuard: FloodGuard = { admits: async () => true }
