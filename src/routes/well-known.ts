// /.well-known/…: the public key for which contract D's clients encrypt passwords, and whom to tell of a
// weakness (RFC 9116).
import { Hono } from 'hono'
import * as z from 'zod'
import { passwordKeys } from '../domain/accounts'
import type { AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'
import { Refusal } from '../wire/errors/answers'
import { DetailText } from '../wire/shapes/common'
import { isoTime } from '../wire/shapes/times'

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

/** How long what it says may be believed, in milliseconds; it is told anew each time. */
const securityTextLife = 180 * 24 * 60 * 60_000

wellKnown.get(
  '/.well-known/security.txt',
  endpoint({
    tags: ['service'],
    summary: 'Whom to tell of a weakness (RFC 9116)',
    description: 'Where the deployment names somebody (`SECURITY_CONTACT`).',
    answers: {
      200: { description: 'The contacts.', type: 'text/plain' },
      404: DetailText,
    },
  }),
  (c) => {
    const contacts = c.get('wire').securityContacts
    if (contacts.length === 0) throw new Refusal(404, 'Not found.')
    const lines = [
      ...contacts.map((contact) => `Contact: ${contact}`),
      `Expires: ${isoTime(c.get('context').now() + securityTextLife)}`,
      `Canonical: ${c.get('origin')}/.well-known/security.txt`,
    ]
    return c.body(`${lines.join('\n')}\n`, 200, { 'Content-Type': 'text/plain; charset=utf-8' })
  },
)
