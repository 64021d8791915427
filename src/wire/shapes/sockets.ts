// Who opens a socket. A browser can send no header with one, so beside `Authorization` there are a ticket
// or an opaque token in the address, and the cookie of a page that may use it.
import type { MiddlewareHandler } from 'hono'
import { type Caller, callerOfOpaque, redeemTicket } from '../../domain/accounts'
import { DomainError } from '../../domain/base/errors'
import { Refusal } from '../errors/answers'
import type { AppContext, AppEnv } from '../pipeline/app-env'
import { findCaller, isByCookie } from '../pipeline/credentials'
import { isOurs } from '../pipeline/forged-requests'
import { noted } from '../describe/notes'

/** Refuses what is no WebSocket handshake (RFC 9110 §15.5.22). @throws `Refusal` 426 */
export const webSocketOnly: MiddlewareHandler<AppEnv> = async function webSocketOnly(c, next) {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
    throw new Refusal(426, 'A WebSocket handshake is needed here.', { Upgrade: 'websocket' })
  }
  await next()
}

/**
 * Requires a socket's credential and sets `caller`. One in the address decides alone; `?token=` counts
 * where `allow.token` says so.
 * @throws `credential.*`, `Refusal` 403
 */
export function signedInForSocket(allow: { token: boolean }): MiddlewareHandler<AppEnv> {
  const signedInForSocketMiddleware: MiddlewareHandler<AppEnv> = async (c, next) => {
    const caller = (await callerOfAddress(c, allow)) ?? (await callerOfHeaders(c))
    c.set('caller', caller)
    await next()
  }
  return noted(signedInForSocketMiddleware, { isSignedIn: true })
}

async function callerOfAddress(c: AppContext, allow: { token: boolean }): Promise<Caller | null> {
  const ticket = c.req.query('ticket')
  if (ticket !== undefined) return redeemTicket(c.get('context'), ticket)
  const token = allow.token ? c.req.query('token') : undefined
  if (token === undefined) return null
  const isGood = c.get('wire').tokenInSocketUrl && /^[0-9a-f]{40}$/.test(token)
  if (!isGood) throw new DomainError('credential.unknown')
  return callerOfOpaque(token)
}

async function callerOfHeaders(c: AppContext): Promise<Caller> {
  const caller = await findCaller(c)
  if (!caller) throw new DomainError('credential.missing')
  // Any page can make a browser send its cookies along with a handshake.
  if (isByCookie(c) && !isFromOurPage(c)) {
    throw new Refusal(403, 'This origin may not open a socket by cookie.')
  }
  return caller
}

function isFromOurPage(c: AppContext): boolean {
  const origin = c.req.header('origin')
  return origin !== undefined && isOurs(c, origin)
}
