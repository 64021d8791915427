// Switching the e-mailed code on and off for one's own account (docs/contract.md,
// Contract C: sign-in and the e-mailed code).
import { sql } from 'drizzle-orm'
import { users } from '../../../db/schema'
import { q } from '../../../db/compile'
import { maybeRow, statement } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { DomainError, invalid } from '../../base/errors'
import { type Caller, me } from '../sessions/callers'
import { confirmOwner } from '../passwords/password-check'
import { writeAs } from '../sessions/sessions'
import { forgetCodes } from './codes'

/**
 * From now on every door asks the caller for a code. It needs an address that it can be sent to.
 * @throws `fields.invalid` (`code_needs_email` at `enabled`), and those of the session
 */
export async function switchCodeOn(ctx: Context, caller: Caller): Promise<void> {
  const { on } = await writeAs(ctx, caller, { on: requireCode({ owner: caller }) })
  if (!on) throw invalid({ path: ['enabled'], code: 'code_needs_email' })
}

/**
 * No door asks the caller for a code any more; one that is open is forgotten.
 * @throws all that `confirmOwner` throws
 */
export async function switchCodeOff(
  ctx: Context,
  caller: Caller,
  password: string | undefined,
): Promise<void> {
  const confirmed = await confirmOwner(ctx, caller, password, 'always')
  const seen = { id: confirmed.userId, password: confirmed.password }
  const { off } = await writeAs(ctx, caller, {
    off: dropCode(seen),
    tryGivenBack: confirmed.giveBack,
    forgotten: forgetCode(seen),
  })
  if (!off) throw new DomainError('password.wrong')
}

const requireCode = maybeRow({ owner: me }, (p) =>
  q
    .update(users)
    .set({ codeRequired: true })
    .where(sql`${users.id} = ${p.owner} and ${users.email} <> ''`)
    .returning({ id: users.id }),
)

const dropCode = maybeRow({ id: users.id, password: users.password }, (p) =>
  q
    .update(users)
    .set({ codeRequired: false })
    .where(sql`${users.id} = ${p.id} and ${users.password} = ${p.password}`)
    .returning({ id: users.id }),
)

const forgetCode = statement({ id: users.id, password: users.password }, (p) =>
  forgetCodes(sql`select ${of(users.id)} from ${users}
    where ${of(users.id)} = ${p.id} and ${of(users.password)} = ${p.password}`),
)
