// /health: whether the service can do its work, for a load balancer or a monitor.
import { Hono } from 'hono'
import * as z from 'zod'
import { checkHealth } from '../domain/base/health'
import type { AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'

export const health = new Hono<AppEnv>()

const Health = z.object({ status: z.enum(['ok', 'unavailable']) })

health.get(
  '/health',
  endpoint({
    tags: ['service'],
    summary: 'Whether the service can do its work',
    answers: { 200: Health, 503: Health },
  }),
  async (c) => {
    const ok = await checkHealth(c.get('context'))
    return c.json({ status: ok ? 'ok' : 'unavailable' }, ok ? 200 : 503)
  },
)
