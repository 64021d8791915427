// A change that may need a proof that it is the owner who asks: tried without one first, since most need
// none, and again with the password that came along.
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import type { Caller } from '../sessions/callers'
import { type Confirmed, confirmOwner } from './password-check'

/** The owner's stored password, and what to write beside the change that it allows. */
export type OwnerProof = Pick<Confirmed, 'password' | 'giveBack'>

/**
 * Runs `write`; where nothing but the proof was missing (`sign_in_again`) and there is a password, once
 * more with it. A wrong password is no proof, and was counted.
 * @throws what `write` throws; `tries.exceeded`
 */
export async function provingOwner<R>(
  ctx: Context,
  caller: Caller,
  password: string | undefined,
  write: (proof: OwnerProof | null) => Promise<R>,
): Promise<R> {
  try {
    return await write(null)
  } catch (error) {
    if (password === undefined || !asksForProof(error)) throw error
    return write(await proofOf(ctx, caller, password, error))
  }
}

function asksForProof(error: unknown): error is DomainError {
  if (!(error instanceof DomainError)) return false
  return error.issues.length === 1 && error.issues[0]?.code === 'sign_in_again'
}

async function proofOf(ctx: Context, caller: Caller, password: string, refusal: DomainError) {
  try {
    return await confirmOwner(ctx, caller, password, 'always')
  } catch (error) {
    const isNoProof = error instanceof DomainError && noProof.has(error.code)
    throw isNoProof ? refusal : error
  }
}

const noProof = new Set<string>(['password.wrong', 'signin.stale'])
