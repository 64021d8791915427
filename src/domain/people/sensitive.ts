// What of one's own account only somebody changes who knows its password: the password itself, the address and
// the phone number, all in one write (contract D).
import {
  accountChange,
  afterChange,
  type Asked,
  type Caller,
  confirmOwner,
  guardPassword,
  inTurn,
  openNewPassword,
  openPassword,
  passwordChange,
  type TokenPair,
  writeIf,
} from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { ownProfile, type Profile, whyNotChanged } from './profiles'

/** What is only changed by somebody who knows the password; passwords may be encrypted for our key. */
export type SensitiveChange = {
  currentPassword: string | undefined
  newPassword: string | undefined
  /** Asks for new tokens in place of all that the caller's session has, where the password changes. */
  renews: boolean
  email: string | undefined
  phoneNumber: string | undefined
}

/**
 * Changes password, address or phone number, all or none; with the new tokens, where there are any.
 * @throws `password.required`, `password.wrong`, `password.sealed_wrong`, `signin.stale`,
 * `tries.exceeded`, `fields.invalid` (`email_taken`, and the rules of a new password)
 */
export function changeSensitive(
  ctx: Context,
  caller: Caller,
  change: SensitiveChange,
): Promise<{ profile: Profile; tokens: TokenPair | null }> {
  return inTurn(ctx, () => changeSensitiveNow(ctx, caller, change))
}

async function changeSensitiveNow(
  ctx: Context,
  caller: Caller,
  { currentPassword, newPassword, renews, ...changes }: SensitiveChange,
): Promise<{ profile: Profile; tokens: TokenPair | null }> {
  const current = currentPassword && (await openPassword(ctx, currentPassword))
  const next = newPassword && (await openNewPassword(ctx, newPassword, 'password'))
  const confirmed = await confirmOwner(ctx, caller, current, 'always')
  const { password: proven } = confirmed
  const wish = next ? { newPassword: next, renews } : undefined
  const change = wish && (await passwordChange(ctx, caller, confirmed, wish))
  const asked: Asked = { caller, id: null, changes, proven }
  // The account first: the password as it was is what proves the owner.
  const whyNot = async () => (await whyNotChanged(ctx, asked)) ?? new DomainError('password.wrong')
  const { profile, ...done } = await writeIf(ctx, caller, whyNot, {
    guard: guardPassword({ caller, proven }),
    changed: accountChange(ctx, asked),
    ...change?.work,
    tryGivenBack: confirmed.giveBack,
    profile: ownProfile({ caller }),
  })
  afterChange(ctx, asked, done.changed)
  if (change) return { profile, tokens: await change.finish(done) }
  return { profile, tokens: null }
}
