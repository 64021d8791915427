// Friend requests as contract D's lists show them: received, sent and answered.
import * as z from 'zod'
import type { AnsweredRequest, PendingRequest } from '../../domain/friends'
import type { AppContext } from '../pipeline/app-env'
import { PersonSummary, personSummaryView } from './person-record'
import { timeText } from './common'
import { isoTime } from './times'

const waiting = {
  id: z.int(),
  last_updated: z.int().meta({ description: 'In seconds since 1970.', examples: [1628097600] }),
}

/** A request that waits for the caller. */
export const ReceivedRequest = z
  .object({ ...waiting, from_user: PersonSummary })
  .meta({ id: 'ReceivedFriendRequest' })

/** A request of the caller's that waits. */
export const SentRequest = z
  .object({ ...waiting, to_user: PersonSummary })
  .meta({ id: 'SentFriendRequest' })

/** A request that was answered. */
export const AnsweredRequestRecord = z
  .object({
    id: z.int(),
    user: PersonSummary.meta({ description: 'The other of the two.' }),
    status: z.enum(['accepted', 'rejected']),
    last_updated: timeText,
    direction: z.enum(['to', 'from']).meta({
      description: '`to` where the caller had asked, `from` where the other had.',
    }),
  })
  .meta({ id: 'AnsweredFriendRequest' })

/** `{id, from_user, last_updated}`. */
export function receivedView(
  c: AppContext,
  { id, person, updatedAt }: PendingRequest,
): z.output<typeof ReceivedRequest> {
  return { id, from_user: personSummaryView(c, person), last_updated: inSeconds(updatedAt) }
}

/** `{id, to_user, last_updated}`. */
export function sentView(
  c: AppContext,
  { id, person, updatedAt }: PendingRequest,
): z.output<typeof SentRequest> {
  return { id, to_user: personSummaryView(c, person), last_updated: inSeconds(updatedAt) }
}

/** Contract D writes the time of a request that waits in seconds since 1970. */
function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

/** `{id, user, status, last_updated, direction}`. */
export function answeredView(
  c: AppContext,
  request: AnsweredRequest,
): z.output<typeof AnsweredRequestRecord> {
  return {
    id: request.id,
    user: personSummaryView(c, request.person),
    status: request.status,
    last_updated: isoTime(request.updatedAt),
    direction: request.sent ? 'to' : 'from',
  }
}
