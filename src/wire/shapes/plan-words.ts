// How contract B words errors of its plans and RSVPs, and how it writes an RSVP: shared by the routes of both.
import * as z from 'zod'
import type { Rsvp } from '../../domain/plans'
import { answers } from '../errors/answers'
import { blamedOn, inError } from '../errors/dialects'
import { idText, objectIdText, timeText } from './common'
import { isoTime } from './times'

/** `{"error": TEXT}` for what is missing, repeated or full, as contract B has it. */
export const planWords = {
  'id.invalid': inError,
  'plan.missing': inError,
  'rsvp.missing': inError,
  'rsvp.exists': inError,
  'rsvp.no_room': inError,
  'plan.end_before_start': blamedOn('end_time'),
}

/** A route's errors in those words. */
export const inPlanWords = answers(planWords)

/** An id out of a path or a body; ids are written in lower case, and read in either. */
export function objectId(text: string): string {
  return text.toLowerCase()
}

/** An RSVP with the keys of contract B, and our own `status` and `guests`. */
export const RsvpRecord = z
  .object({
    _id: objectIdText,
    plan_id: objectIdText,
    user_id: idText,
    created_at: timeText,
    status: z.enum(['going', 'maybe', 'declined', 'waitlisted']),
    guests: z.int(),
  })
  .meta({ id: 'Rsvp' })

/** An RSVP as its record. */
export function rsvpView(rsvp: Rsvp): z.output<typeof RsvpRecord> {
  return {
    _id: rsvp.id,
    plan_id: rsvp.planId,
    user_id: String(rsvp.userId),
    created_at: isoTime(rsvp.createdAt),
    status: rsvp.status,
    guests: rsvp.guests,
  }
}
