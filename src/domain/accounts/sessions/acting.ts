// What staff and the service itself write: in one batch the guard, the work, and the row that says who did
// what to whom. No act can happen without its row.
import { type SQL, sql } from 'drizzle-orm'
import { audit, memberships } from '../../../db/schema'
import { type Results, runBatch, type Work } from '../../../db/batch'
import { q } from '../../../db/compile'
import { oneRow, statement, value } from '../../../db/declare'
import { failUnless } from '../../../db/guards'
import { of } from '../../../db/names'
import type { Caller, StaffActor, SystemActor } from '../../base/actor'
import { type Act, actOf, auditFrom, auditing, auditOfSystem } from '../../base/audit'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { type Right, rights } from '../../base/rights'
import { groupIds } from '../record'
import { me } from './callers'
import { readAs, writeIf } from './sessions'

/** Somebody of the staff, by a right: `asStaff(ctx, byRight('jobs.manage', caller), …)`. */
export const byRight = (right: Right, caller: Caller): StaffActor => ({
  kind: 'staff',
  caller,
  right,
})

/**
 * Runs writes of the staff in one round trip: behind the check of the session and of the right, and in front
 * of their row in the audit. `whyNot` says why they were refused, as in `writeIf`.
 * @throws `permission.denied` without the right; those of the session; what `whyNot` answers
 */
export async function asStaff<const W extends Work>(
  ctx: Context,
  { caller, right }: StaffActor,
  act: Act,
  work: W,
  whyNot: () => Promise<DomainError | null> = () => Promise.resolve(null),
): Promise<Results<W>> {
  const asked = { caller, groups: groupsWith(right) }
  const done = await writeIf(ctx, caller, async () => (await whyNoRight(ctx, asked)) ?? whyNot(), {
    rightGuard: guardRight(asked),
    ...work,
    audited: staffRow({ ...actOf(ctx, act), caller, userId: act.userId }),
  })
  return done
}

/**
 * Runs reads of the staff in one round trip behind the check of the session and of the right. They leave no
 * row: only for what is about nobody.
 * @throws `permission.denied` without the right; those of the session
 */
export async function readAsStaff<const W extends Work>(
  ctx: Context,
  { caller, right }: StaffActor,
  work: W,
): Promise<Results<W>> {
  const asked = { caller, groups: groupsWith(right) }
  const done = await writeIf(ctx, caller, () => whyNoRight(ctx, asked), {
    rightGuard: guardRight(asked),
    ...work,
  })
  return done
}

/** Runs writes of the service itself in one round trip, with their row in the audit. */
export async function asSystem<const W extends Work>(
  ctx: Context,
  actor: SystemActor,
  act: Act,
  work: W,
): Promise<Results<W>> {
  const done = await runBatch(ctx.db, { ...work, audited: auditOfSystem(ctx, actor, act) })
  return done
}

/**
 * What the caller does to an account, if it is another's: for verbs that people use on themselves and staff
 * on others. Unawaited: the last statement of their batch.
 */
export function auditOfOther(ctx: Context, caller: Caller, act: Act & { userId: number }) {
  return otherRow({ ...actOf(ctx, act), caller, userId: act.userId })
}

// ── The right ────────────────────────────────────────────────────────────────────────────────────

const groupsWith = (right: Right): string =>
  JSON.stringify(rights[right].map((group) => groupIds[group]))

type Asked = { caller: Caller; groups: string }
const asking = { caller: me, groups: value<string>() }

const hasRight = (p: Record<keyof typeof asking, SQL>) => sql`exists (select 1 from ${memberships}
  where ${of(memberships.userId)} = ${p.caller}
    and ${of(memberships.groupId)} in (select value from json_each(${p.groups})))`

const guardRight = statement(asking, (p) => failUnless(hasRight(p)))

const rightOf = oneRow(asking, (p) =>
  q.all<{ isThere: 0 | 1 }>(sql`select ${hasRight(p)} as isThere`),
)

async function whyNoRight(ctx: Context, asked: Asked): Promise<DomainError | null> {
  const { right } = await readAs(ctx, asked.caller, { right: rightOf(asked) })
  return right.isThere ? null : new DomainError('permission.denied')
}

// ── Its row ──────────────────────────────────────────────────────────────────────────────────────

const acted = { ...auditing, caller: me, userId: audit.userId }

const staffRowWhere = (condition: (p: Record<'caller' | 'userId', SQL>) => SQL) =>
  statement(acted, ({ caller, ...p }) =>
    auditFrom({
      ...p,
      actor: sql`'staff'`,
      actorId: caller,
      from: sql`from (select 1) where ${condition({ caller, userId: p.userId })}`,
    }),
  )

const staffRow = staffRowWhere(() => sql`true`)
const otherRow = staffRowWhere((p) => sql`${p.userId} <> ${p.caller}`)
