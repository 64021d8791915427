// What is said of plans: when they are, and what one has answered.
import type { Plan } from '../data/plans'
import { w } from './index'
import { clock, date, daysFromNow, startOfDay } from './times'
import { ownZone } from './zones'

/** When a plan begins, in milliseconds; one without a beginning counts from its end. */
export const beginsAt = (plan: Plan) => Date.parse(plan.start_time ?? plan.end_time)

/** The day over a part of a list. */
export function dayOf(plan: Plan): string {
  const at = Math.max(beginsAt(plan), startOfDay(Date.now()))
  const days = daysFromNow(at)
  return days === 0 ? w.plans.today : days === 1 ? w.plans.tomorrow : date(at)
}

/** `19:00`, or that it is on already. */
export function timeOf(plan: Plan): string {
  if (plan.start_time === null) return `– ${clock(Date.parse(plan.end_time))}`
  const isOn = Date.parse(plan.start_time) <= Date.now() && Date.parse(plan.end_time) > Date.now()
  return isOn ? w.plans.now : clock(Date.parse(plan.start_time))
}

/** From when to when, in a zone. */
function span(plan: Plan, zone: string): string {
  const end = Date.parse(plan.end_time)
  if (plan.start_time === null) return `– ${date(end, zone)}, ${clock(end, zone)}`
  const start = Date.parse(plan.start_time)
  const [from, to] = [date(start, zone), date(end, zone)]
  const last = from === to ? clock(end, zone) : `${to}, ${clock(end, zone)}`
  return `${from}, ${clock(start, zone)} – ${last}`
}

/** When it is, in the device's zone; and in its own, where that is another. */
export function whenOf(plan: Plan): { here: string; there: string | null } {
  const own = ownZone()
  const here = span(plan, own)
  if (plan.timezone === '') return { here, there: null }
  const there = span(plan, plan.timezone)
  const place = plan.timezone.split('/').at(-1)!.replaceAll('_', ' ')
  return there === here
    ? { here, there: null }
    : { here: `${here} (${w.plans.yourTime})`, there: w.plans.inZone(there, place) }
}

/** What one has answered; null where one has not. */
export function answerOf(plan: Plan): string | null {
  const words = {
    going: w.plans.youGo,
    maybe: w.plans.youMaybe,
    declined: w.plans.youNot,
    waitlisted: w.plans.youWait,
  }
  return plan.rsvp ? words[plan.rsvp.status] : null
}

/** Where it is, in one line. */
export function placeOf({ location: { name, address1, address2, city } }: Plan): string {
  return [name, address1, address2, city].filter(Boolean).join(', ')
}
