// Leaving: in one batch everything about a person goes, but what docs/storage.md names; jobs do what
// lies outside the database. What goes, the nouns say.
import { accountOf, auditOfOther, requireSession, writeIf } from '../accounts'
import type { Caller } from '../base/actor'
import type { Context, Named } from '../base/context'
import { DomainError } from '../base/errors'
import { startJobs } from '../base/jobs'
import type { Erasing, MayLeave } from '../base/lifecycle'
import { namedPerson } from '../base/object-names'
import { nouns } from './nouns'

/**
 * Removes an account: one's own, or as an administrator that of `id`. It is inactive and empty at once,
 * all its credentials are dead, and what is outside the database follows by jobs.
 * @throws `person.missing`, `permission.denied`, `administrator.last`
 */
export async function leave(ctx: Context, caller: Caller, id?: number): Promise<void> {
  const leaver = id ?? (await ownId(ctx, caller))
  const { gone } = await writeIf(ctx, caller, () => whyNot(ctx, caller, leaver), {
    guards: guards.map(({ guard }) => guard(caller, leaver)),
    erased: await erasure(ctx, leaver, ctx.now()),
    gone: namedPerson({ id: leaver }),
    audited: auditOfOther(ctx, caller, { action: 'people.erase', userId: leaver }),
  })
  startJobs(ctx)
  for (const person of gone) await afterLeaving(ctx, person)
}

/** Everything about an account goes, and jobs are asked for about what is outside. Unawaited. */
export async function erasure(ctx: Context, id: number, now: number): Promise<Erasing> {
  const parts: Erasing[] = []
  for (const { erase } of nouns) if (erase) parts.push(await erase(ctx, id, now))
  return parts.flat()
}

async function ownId(ctx: Context, caller: Caller): Promise<number> {
  if (caller.userId !== null) return caller.userId
  await requireSession(ctx, caller)
  const own = accountOf(caller)
  if (own === null) throw new DomainError('credential.invalid')
  return own
}

const guards = nouns.flatMap(({ mayLeave }): MayLeave[] => (mayLeave ? [mayLeave] : []))

async function whyNot(ctx: Context, caller: Caller, id: number): Promise<DomainError | null> {
  for (const guard of guards) {
    const reason = await guard.whyNot(ctx, caller, id)
    if (reason) return reason
  }
  return null
}

async function afterLeaving(ctx: Context, person: Named): Promise<void> {
  for (const { left } of nouns) await left?.(ctx, person)
}
