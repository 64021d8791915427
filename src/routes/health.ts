// /health: whether the service can do its work, for a load balancer or a monitor.
import { Hono } from 'hono'
import { checkHealth } from '../domain/health'
import type { AppEnv } from '../wire/app-env'
import { detail, errorsIn } from '../wire/dialects'

export const health = new Hono<AppEnv>()
health.onError(errorsIn(detail))

health.get('/health', async (c) => {
  const ok = await checkHealth(c.get('context'))
  return c.json({ status: ok ? 'ok' : 'unavailable' }, ok ? 200 : 503)
})
