// /.well-known/jwks.json: the public key for which contract D's clients encrypt passwords.
import { Hono } from 'hono'
import * as z from 'zod'
import { passwordKeys } from '../domain/accounts/passwords/sealed-passwords'
import type { AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'

export const wellKnown = new Hono<AppEnv>()

/** RFC 7517: the public half of a P-256 key. */
const PublicKey = z.object({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
})

wellKnown.get(
  '/.well-known/jwks.json',
  endpoint({
    tags: ['D'],
    summary: 'The public key for encrypted passwords',
    description:
      'None where the deployment has no such key. Passwords are compact JWEs: ECDH-ES, A256GCM.',
    answers: { 200: z.object({ keys: z.array(PublicKey) }) },
  }),
  (c) => {
    // Short, so that a new key is soon known everywhere.
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ keys: passwordKeys(c.get('context')) })
  },
)
