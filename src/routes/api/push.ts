// /api/push/key/: what a browser needs to subscribe to pushes.
import { Hono } from 'hono'
import * as z from 'zod'
import { publicKey } from '../../domain/push'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { endpoint } from '../../wire/describe/notes'

export const apiPush = new Hono<AppEnv>()

const PushKey = z
  .object({
    public_key: z
      .string()
      .meta({ description: 'For `applicationServerKey`: base64url, 65 bytes.' }),
    key_id: z.string(),
  })
  .meta({ id: 'PushKey' })

apiPush.get(
  '/api/push/key',
  endpoint({
    tags: ['more'],
    summary: 'The key that browsers subscribe to pushes with',
    description: 'To be kept for five minutes. Who subscribed under another `key_id` does so anew.',
    answers: { 200: PushKey },
    errors: ['service.not_configured'],
    security: [null],
  }),
  (c) => {
    const { publicKey: key, keyId } = publicKey(c.get('context'))
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ public_key: key, key_id: keyId })
  },
)
