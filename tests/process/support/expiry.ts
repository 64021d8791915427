// Access tokens that have expired, without waiting for it.
import { createHmac } from 'node:crypto'
import type { TokenStorage } from '../../../client/index'

/** Puts in the place of a storage's access token the same one, a second after its end. */
export async function letExpire(storage: TokenStorage, jwtSecret: string): Promise<void> {
  const tokens = (await storage.get())!
  await storage.set({ ...tokens, access: expired(tokens.access, jwtSecret) })
}

function expired(token: string, jwtSecret: string): string {
  const [head, body = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { exp: number }
  const ended = { ...claims, exp: Math.floor(Date.now() / 1000) - 1 }
  const signed = `${head}.${Buffer.from(JSON.stringify(ended)).toString('base64url')}`
  return `${signed}.${createHmac('sha256', jwtSecret).update(signed).digest('base64url')}`
}
