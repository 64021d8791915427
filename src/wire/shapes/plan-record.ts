// A plan as contract B's clients read one: in lists, and alone.
import * as z from 'zod'
import type { Location, Plan } from '../../domain/plans'
import { RsvpRecord, rsvpView } from './plan-words'
import { idText, objectIdText, timeText } from './common'
import { isoTime } from './times'

const planFields = {
  _id: objectIdText,
  title: z.string(),
  description: z.string(),
  /** Without what was not given. */
  location: z
    .object({
      name: z.string().optional(),
      address1: z.string(),
      address2: z.string().optional(),
      city: z.string(),
      state: z.string(),
      zipcode: z.string(),
    })
    .meta({ id: 'Location' }),
  start_time: timeText.nullable(),
  end_time: timeText,
  created_by: idText,
  visibility: z.enum(['everyone', 'friends', 'private']),
  capacity: z.int().nullable(),
  timezone: z.string(),
  rsvp_count: z.int(),
  rsvp: RsvpRecord.nullable(),
}

/** A plan in a list. */
export const PlanRecord = z.object(planFields).meta({ id: 'Plan' })

/** One plan alone: flat, and once more under `data`, where B's web client reads it. */
export const SinglePlan = z
  .object({ ...planFields, id: objectIdText, data: PlanRecord })
  .meta({ id: 'SinglePlan' })

/** A location without what was not given. */
function locationView(location: Location): z.output<typeof planFields.location> {
  const { name, address1, address2, city, state, zipcode } = location
  return {
    ...(name === '' ? {} : { name }),
    address1,
    ...(address2 === '' ? {} : { address2 }),
    city,
    state,
    zipcode,
  }
}

/** A plan with the keys of contract B. */
export function planView(plan: Plan): z.output<typeof PlanRecord> {
  return {
    _id: plan.id,
    title: plan.title,
    description: plan.description,
    location: locationView(plan.location),
    start_time: plan.startTime === null ? null : isoTime(plan.startTime),
    end_time: isoTime(plan.endTime),
    created_by: String(plan.creatorId),
    visibility: plan.visibility,
    capacity: plan.capacity,
    timezone: plan.timezone,
    rsvp_count: plan.rsvpCount,
    rsvp: plan.rsvp && rsvpView(plan.rsvp),
  }
}

/** One plan alone. */
export function singlePlanView(plan: Plan): z.output<typeof SinglePlan> {
  const view = planView(plan)
  return { ...view, id: plan.id, data: view }
}
