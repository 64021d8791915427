// How contract B words errors of its plans and RSVPs, and how it writes an RSVP: shared by the routes of both.
import type { DomainError } from '../domain/errors'
import type { Rsvp } from '../domain/plans'
import { type Answer, answers, statusOf } from './answers'
import { isoTime } from './times'
import { wordsFor } from './words'

const inOneSentence = (error: DomainError): Answer => ({
  status: statusOf[error.kind],
  body: { error: wordsFor(error) },
})

/** `{"error": TEXT}` for what is missing, repeated or full, as contract B has it. */
export const planWords = {
  'id.invalid': inOneSentence,
  'plan.missing': inOneSentence,
  'rsvp.missing': inOneSentence,
  'rsvp.exists': inOneSentence,
  'rsvp.no_room': inOneSentence,
  'plan.end_before_start': (error: DomainError): Answer => ({
    status: 400,
    body: { end_time: [wordsFor(error)] },
  }),
}

/** A route's errors in those words. */
export const inPlanWords = answers(planWords)

/** An id out of a path or a body; ids are written in lower case, and read in either. */
export function objectId(text: string): string {
  return text.toLowerCase()
}

/** An RSVP with the keys of contract B, and our own `status` and `guests`. */
export function rsvpView(rsvp: Rsvp) {
  return {
    _id: rsvp.id,
    plan_id: rsvp.planId,
    user_id: String(rsvp.userId),
    created_at: isoTime(rsvp.createdAt),
    status: rsvp.status,
    guests: rsvp.guests,
  }
}
