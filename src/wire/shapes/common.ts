// Shapes of answers that several routes share: what a client reads, as /openapi.json describes it.
import * as z from 'zod'
import type { OtherAnswer } from '../describe/notes'

/** A point in time: ISO 8601, UTC, `Z`, no fraction. */
export const timeText = z.string().meta({ format: 'date-time', examples: ['2025-09-28T12:00:00Z'] })

/** A calendar date, `YYYY-MM-DD`. */
export const dateText = z.string().meta({ format: 'date', examples: ['1990-02-28'] })

/** An account's id as contract B writes it. */
export const idText = z.string().meta({ pattern: '^[0-9]+$', examples: ['8'] })

/** The id of a plan or an RSVP: 24 hex digits. */
export const objectIdText = z
  .string()
  .meta({ pattern: '^[0-9a-f]{24}$', examples: ['68d9230c5f1b2a0012345678'] })

/** The access and the refresh token of a sign-in, as most contracts name them. */
export const tokenPair = { refresh: z.string(), access: z.string() }

/** A sentence alone. */
export const Message = z.object({ message: z.string() })

/** In contract D's envelope. */
export function enveloping<S extends z.ZodType>(payload: S) {
  return z.object({ code: z.literal(0), payload })
}

/** 204: gone, and nothing to say about it. */
export const removed: OtherAnswer = { description: 'Removed.' }

/** `{"detail": TEXT}`, which is a success too in contract C. */
export const DetailText = z.object({ detail: z.string() })

/** What a sign-in through contract C answers. */
export const threeTokens = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_auth: z.string().meta({ pattern: '^[0-9a-f]{40}$' }),
})

/** The two answers of a calendar file. */
export const calendarFileAnswers = {
  200: {
    description: 'An iCalendar file (RFC 5545); times are in UTC.',
    type: 'text/calendar',
    headers: { ETag: 'For `If-None-Match`.' },
  },
  304: { description: 'It is what the client has.' },
} as const satisfies Record<number, OtherAnswer>
