// What an account takes up: bytes of files and of texts, and rows of its address book. The sums stand in one
// row, which triggers of the database move with every row that is written or deleted, whoever does it
// (drizzle/0008_usage.sql); here they are held against the deployment's quotas.
import { type SQL, sql } from 'drizzle-orm'
import { usage } from '../../db/schema'
import { q } from '../../db/compile'
import { oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of } from '../../db/names'
import { type Caller, me } from './sessions/callers'
import { requireSession } from './sessions/sessions'
import type { Context, LimitName, Quotas } from '../base/context'
import { DomainError } from '../base/errors'

/** Quotas with null for what does not count now. */
export type Counting = { [K in keyof Quotas]: number | null }

const nothing: Counting = { files: null, texts: null, contacts: null }

/** What of the quotas is held when something of a limit is made. */
const counted: Partial<Record<LimitName, readonly (keyof Quotas)[]>> = {
  contacts: ['texts', 'contacts'],
  plans: ['texts'],
  uploads: ['files'],
}

/** The quotas that making something of a limit may not pass; null where there are none. */
export function quotasFor(ctx: Context, name: LimitName): Counting | null {
  const kinds = counted[name]
  if (!kinds) return null
  return { ...nothing, ...Object.fromEntries(kinds.map((kind) => [kind, ctx.rules.quotas[kind]])) }
}

/** The parameters of a statement that asks `isWithin`; null is no bound. */
export const quotas = {
  files: value<number | null>(),
  texts: value<number | null>(),
  contacts: value<number | null>(),
}

/** An account takes up no more than that. */
export function isWithin(account: SQL, { files, texts, contacts }: Record<keyof Quotas, SQL>): SQL {
  return sql`not exists (select 1 from ${usage} where ${of(usage.userId)} = ${account}
    and (${of(usage.files)} > ${files} or ${of(usage.texts)} > ${texts}
      or ${of(usage.contacts)} > ${contacts}))`
}

/**
 * The error for something of a limit that was not made though the limit has not been reached. The sums do
 * not say it: what was too much was undone with its batch.
 */
export function overQuota(ctx: Context, name: LimitName): DomainError | null {
  return quotasFor(ctx, name) ? new DomainError('quota.exceeded') : null
}

/**
 * Fails the batch if the caller's texts, as they are by now, are more than the quota. Unawaited: goes behind
 * an edit into a `writeIf` with `whyTextsOver`.
 */
export function textsWithin(ctx: Context, caller: Caller) {
  return failIfOver({ caller, ...nothing, texts: ctx.rules.quotas.texts })
}

/** Why an edit was refused that `textsWithin` guards. @throws those of the session */
export async function whyTextsOver(ctx: Context, caller: Caller): Promise<DomainError> {
  await requireSession(ctx, caller)
  return new DomainError('quota.exceeded')
}

/** Lets the sums of an account go, before all that they count: then no deletion moves them. Unawaited. */
export function eraseOf(id: number) {
  return [deleteUsage({ id })] as const
}

/** Whether an account has no room for one more byte or row of what counts. */
export const takenUp = oneRow({ caller: me, ...quotas }, (p) =>
  q
    .select({
      isFull: sql<boolean>`exists (select 1 from ${usage} where ${of(usage.userId)} = ${p.caller}
        and (${of(usage.files)} >= ${p.files} or ${of(usage.texts)} >= ${p.texts}
          or ${of(usage.contacts)} >= ${p.contacts}))`
        .mapWith(Boolean)
        .as('is_full'),
    })
    .from(sql`(select 1)`),
)

const failIfOver = statement({ caller: me, ...quotas }, (p) => failUnless(isWithin(p.caller, p)))

const deleteUsage = statement({ id: usage.userId }, (p) =>
  q.delete(usage).where(sql`${usage.userId} = ${p.id}`),
)
