// A deployment whose registration is closed (`REGISTRATION`): accounts are made by administrators and by
// imports alone, at whatever door.
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'

/**
 * Before any work for an account that somebody makes for themselves.
 * @throws `registration.closed`
 */
export function requireOpenRegistration(ctx: Context): void {
  if (!ctx.rules.registrationOpen) throw new DomainError('registration.closed')
}

/** What somebody is told who is no administrator and wants what only one may do. */
export function forbiddenRegistration(ctx: Context): DomainError {
  return new DomainError(ctx.rules.registrationOpen ? 'permission.denied' : 'registration.closed')
}
