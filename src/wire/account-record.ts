// An account as E's sign-in and registration show it.
import type { AccountRecord } from '../domain/accounts/account-record'

/** `groups` are bare ids here; E's user administration links to them. */
export function accountView(account: AccountRecord) {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    first_name: account.firstName,
    last_name: account.lastName,
    is_active: account.isActive,
    groups: account.groups,
  }
}
