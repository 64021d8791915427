// A plan in one column: JSON of its values in a fixed order. A list's row is then one cell, of which each is
// paid for twice on its way from the database, and is weighed as one.
import { sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { of } from '../../db/names'
import { goingTo, type Plan, type Rsvp, type Visibility } from './plans'

/**
 * The column: a plan as somebody sees it. For a statement over `plans` with `rsvps` joined to the viewer's
 * own. In the order of `Packed`.
 */
export const packedPlan = sql`json_array(${of(plans.id)}, ${of(plans.creatorId)}, ${of(plans.title)},
  ${of(plans.description)}, ${of(plans.locationName)}, ${of(plans.address1)}, ${of(plans.address2)},
  ${of(plans.city)}, ${of(plans.state)}, ${of(plans.zipcode)}, ${of(plans.startTime)},
  ${of(plans.endTime)}, ${of(plans.sortTime)}, ${of(plans.timezone)}, ${of(plans.visibility)},
  ${of(plans.capacity)}, ${of(plans.sequence)}, ${of(plans.updatedAt)}, ${goingTo(of(plans.id))},
  ${of(rsvps.id)}, ${of(rsvps.userId)}, ${of(rsvps.status)}, ${of(rsvps.guests)}, ${of(rsvps.createdAt)})`

type Packed = [
  id: string,
  creatorId: number,
  title: string,
  description: string,
  name: string,
  address1: string,
  address2: string,
  city: string,
  state: string,
  zipcode: string,
  startTime: number | null,
  endTime: number,
  sortTime: number,
  timezone: string,
  visibility: Visibility,
  capacity: number | null,
  sequence: number,
  updatedAt: number,
  rsvpCount: number,
  ...(
    | [rsvpId: string, userId: number, status: Rsvp['status'], guests: number, createdAt: number]
    | [rsvpId: null, userId: null, status: null, guests: null, createdAt: null]
  ),
]

/** The plan that such a column holds. */
export function unpackedPlan(text: string): Plan {
  const row = JSON.parse(text) as Packed
  return {
    id: row[0],
    creatorId: row[1],
    title: row[2],
    description: row[3],
    location: {
      name: row[4],
      address1: row[5],
      address2: row[6],
      city: row[7],
      state: row[8],
      zipcode: row[9],
    },
    startTime: row[10],
    endTime: row[11],
    sortTime: row[12],
    timezone: row[13],
    visibility: row[14],
    capacity: row[15],
    sequence: row[16],
    updatedAt: row[17],
    rsvpCount: row[18],
    rsvp: unpackedRsvp(row),
  }
}

function unpackedRsvp(row: Packed): Rsvp | null {
  const [id, userId, status, guests, createdAt] = [row[19], row[20], row[21], row[22], row[23]]
  if (id === null) return null
  return {
    id,
    planId: row[0],
    userId: userId!,
    status: status!,
    guests: guests!,
    createdAt: createdAt!,
  }
}
