// Making, changing and deleting plans: only their creators do.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { plans } from '../../db/schema'
import { q } from '../../db/compile'
import { change, changeTo, maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import {
  type Caller,
  me,
  requireSession,
  spendIfWritten,
  textsWithin,
  whyLimited,
  whyTextsOver,
  writeAs,
  writeIf,
} from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { startTelling, telling, toldBy } from '../base/events'
import { newObjectId } from '../base/ids'
import { tellOfChange, tellOfDeletion } from './events'
import {
  addressColumns,
  type Plan,
  type PlanFields,
  planIsThere,
  planMade,
  planMissing,
  planOf,
} from './plans'
import { shutOut } from './waitlist'

/**
 * Makes a plan.
 * @throws `plan.end_before_start`, `tries.exceeded`, `quota.exceeded`
 */
export async function addPlan(ctx: Context, caller: Caller, fields: PlanFields): Promise<Plan> {
  if (fields.startTime !== null && fields.startTime > fields.endTime) {
    await requireSession(ctx, caller)
    throw new DomainError('plan.end_before_start')
  }
  const now = ctx.now()
  const id = newObjectId(now)
  const { plan } = await writeIf(ctx, caller, () => whyLimited(ctx, caller, 'plans'), {
    made: insertPlan({ id, me: caller, now, ...valuesOf(fields) }),
    spent: spendIfWritten(ctx, caller, 'plans'),
    plan: planMade({ me: caller, id }),
  })
  return plan
}

/** As the table's columns have them. */
function valuesOf({ location, ...rest }: PlanFields) {
  const { name: locationName, ...address } = location
  return { ...rest, ...address, locationName, sortTime: rest.startTime ?? rest.endTime }
}

/**
 * Changes the fields that are given, and no other; a location is replaced as a whole. Who may no longer
 * see the plan loses the RSVP, and who waits and now fits is let in.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`, `plan.end_before_start`, `quota.exceeded`
 */
export async function changePlan(
  ctx: Context,
  caller: Caller,
  id: string,
  fields: Partial<PlanFields>,
): Promise<Plan> {
  const changes = changesOf(fields)
  const { told, promotedTold, changed, plan, there } = await writeIf(
    ctx,
    caller,
    () => whyTextsOver(ctx, caller),
    {
      told: tellOfEdit({ me: caller, id, ...changes, ...toldBy(ctx) }),
      changed: updatePlan({ me: caller, id, now: ctx.now(), ...changes }),
      texts: textsWithin(ctx, caller),
      ...shutOut(ctx, caller, id),
      plan: planOf({ me: caller, id }),
      there: planIsThere({ me: caller, id }),
    },
  )
  startTelling(ctx, told, promotedTold)
  if (!plan || !there) throw planMissing(id)
  if (changed) return plan
  throw new DomainError(there.isMine ? 'plan.end_before_start' : 'permission.denied')
}

/** What is given, as changes of the table's columns; `revised` is 1 where anything is. */
function changesOf(fields: Partial<PlanFields>) {
  const { location } = fields
  return {
    revised: Object.keys(fields).length > 0 ? 1 : 0,
    title: changeTo(fields.title),
    description: changeTo(fields.description),
    locationName: changeTo(location?.name),
    address1: changeTo(location?.address1),
    address2: changeTo(location?.address2),
    city: changeTo(location?.city),
    state: changeTo(location?.state),
    zipcode: changeTo(location?.zipcode),
    startTime: changeTo(fields.startTime),
    endTime: changeTo(fields.endTime),
    timezone: changeTo(fields.timezone),
    visibility: changeTo(fields.visibility),
    capacity: changeTo(fields.capacity),
  }
}

/**
 * Deletes a plan with its invitations and RSVPs.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`
 */
export async function removePlan(ctx: Context, caller: Caller, id: string): Promise<void> {
  const { told, removed, left } = await writeAs(ctx, caller, {
    told: tellOfDeletion({ me: caller, id, ...toldBy(ctx) }),
    removed: deletePlan({ me: caller, id }),
    left: planIsThere({ me: caller, id }),
  })
  startTelling(ctx, told)
  if (removed) return
  throw left ? new DomainError('permission.denied') : planMissing(id)
}

const insertPlan = statement(
  {
    id: plans.id,
    me,
    title: plans.title,
    description: plans.description,
    locationName: plans.locationName,
    ...addressColumns,
    startTime: plans.startTime,
    endTime: plans.endTime,
    sortTime: plans.sortTime,
    timezone: plans.timezone,
    visibility: plans.visibility,
    capacity: plans.capacity,
    now: plans.createdAt,
  },
  ({ me, now, ...fields }) =>
    q.insert(plans).values({ ...fields, creatorId: me, createdAt: now, updatedAt: now }),
)

/** What people are told of, by its column. */
const editable = {
  title: change(plans.title),
  locationName: change(plans.locationName),
  address1: change(plans.address1),
  address2: change(plans.address2),
  city: change(plans.city),
  state: change(plans.state),
  zipcode: change(plans.zipcode),
  startTime: change(plans.startTime),
  endTime: change(plans.endTime),
  timezone: change(plans.timezone),
}

const updatePlan = maybeRow(
  {
    me,
    id: plans.id,
    now: plans.updatedAt,
    revised: value<number>(),
    ...editable,
    description: change(plans.description),
    visibility: change(plans.visibility),
    capacity: change(plans.capacity),
  },
  ({ me, id, now, revised, ...fields }) =>
    q
      .update(plans)
      .set({
        ...fields,
        sortTime: sql`coalesce(${fields.startTime}, ${fields.endTime})`,
        sequence: sql`${plans.sequence} + ${revised}`,
        updatedAt: now,
      })
      .where(
        and(
          eq(plans.id, id),
          eq(plans.creatorId, me),
          sql`coalesce(${fields.startTime} <= ${fields.endTime}, 1)`,
        ),
      )
      .returning({ id: plans.id }),
)

/** What people are told of, by the name of its field. */
const toldFields = {
  title: [plans.title],
  location: [plans.locationName, ...Object.values(addressColumns)],
  start_time: [plans.startTime],
  end_time: [plans.endTime],
  timezone: [plans.timezone],
}

type Edited = Record<keyof typeof editable, SQL>

/** JSON of the fields that differ: the patch drops those that do not. */
function differences(fields: Edited): SQL {
  const names = Object.keys(editable) as (keyof typeof editable)[]
  const parts = Object.entries(toldFields).map(([field, columns], i) => {
    const differ = columns.map((column) => {
      const name = names.find((one) => plans[one] === column)!
      return sql`${of(column)} is not ${fields[name]}`
    })
    const key = sql.raw(`'${i === 0 ? '{' : ','}"${field}":'`)
    return sql`${key} || iif(${sql.join(differ, sql` or `)}, 'true', 'null')`
  })
  return sql`json_patch('{}', ${sql.join(parts, sql` || `)} || '}')`
}

// With the change's own condition, ahead of it; a plan that was over and stays so is no news.
const tellOfEdit = statement({ me, id: plans.id, ...editable, ...telling }, (p) =>
  tellOfChange(
    differences(p),
    sql`${of(plans.id)} = ${p.id} and ${of(plans.creatorId)} = ${p.me}
      and coalesce(${p.startTime} <= ${p.endTime}, 1)
      and max(${of(plans.endTime)}, ${p.endTime}) > ${p.toldAt}`,
    p,
  ),
)

const deletePlan = maybeRow({ me, id: plans.id }, (p) =>
  q
    .delete(plans)
    .where(and(eq(plans.id, p.id), eq(plans.creatorId, p.me)))
    .returning({ id: plans.id }),
)
