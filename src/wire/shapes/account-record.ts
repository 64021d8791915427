// An account as E's sign-in and registration show it.
import * as z from 'zod'
import type { AccountRecord } from '../../domain/accounts'

/** `groups` are bare ids here; E's user administration links to them. */
export const AccountShape = z
  .object({
    id: z.int(),
    username: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    is_active: z.boolean(),
    groups: z.array(z.int()),
  })
  .meta({ id: 'Account' })

/** An account with the keys of contract E. */
export function accountView(account: AccountRecord): z.output<typeof AccountShape> {
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
