// /.well-known/jwks.json: the public key for which contract D's clients encrypt passwords.
import { Hono } from 'hono'
import { passwordKeys } from '../domain/accounts/sealed-passwords'
import type { AppEnv } from '../wire/app-env'
import { detail, errorsIn } from '../wire/dialects'

export const wellKnown = new Hono<AppEnv>()
wellKnown.onError(errorsIn(detail))

wellKnown.get('/.well-known/jwks.json', (c) => {
  // Short, so that a new key is soon known everywhere.
  c.header('Cache-Control', 'public, max-age=300')
  return c.json({ keys: passwordKeys(c.get('context')) })
})
