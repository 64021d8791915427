// A line of somebody's feed as clients read it: they make the sentence.
import * as z from 'zod'
import type { Line } from '../../domain/notifications'
import type { AppContext } from '../pipeline/app-env'
import { objectIdText, timeText } from './common'
import { PersonSummary, personSummaryView } from './person-record'
import { isoTime } from './times'

const PlanSubject = z.object({
  type: z.literal('plan'),
  id: objectIdText,
  title: z.string().nullable().meta({ description: 'Null where nobody may say it any more.' }),
})

const FriendRequestSubject = z.object({
  type: z.literal('friend_request'),
  id: z.int(),
  status: z.enum(['pending', 'accepted', 'rejected']),
})

/** A line of a feed. */
export const Notification = z
  .object({
    id: z.int(),
    position: z.int(),
    kind: z.string().meta({ examples: ['rsvp.changed'] }),
    count: z.int().meta({ description: 'Events since it was read or removed.' }),
    is_seen: z.boolean(),
    is_read: z.boolean(),
    created_at: timeText,
    updated_at: timeText,
    actors: z
      .array(PersonSummary)
      .meta({ description: 'The newest three different ones, newest first.' }),
    subject: z.union([PlanSubject, FriendRequestSubject]).nullable(),
    data: z
      .object({
        rsvp_id: objectIdText.optional(),
        status: z.string().optional(),
        changed: z.array(z.string()).optional(),
        what: z.string().optional(),
      })
      .meta({ description: 'Of the newest event, by its kind: ids and codes.' }),
  })
  .meta({ id: 'Notification' })

/** A line with today's names, pictures and titles. */
export function notificationView(c: AppContext, line: Line): z.output<typeof Notification> {
  const { changed, ...data } = line.data
  return {
    id: line.id,
    position: line.position,
    kind: line.kind,
    count: line.count,
    is_seen: line.isSeen,
    is_read: line.isRead,
    created_at: isoTime(line.createdAt),
    updated_at: isoTime(line.updatedAt),
    actors: line.actors.map((actor) => personSummaryView(c, actor)),
    subject: line.subject,
    data: { ...data, ...(changed ? { changed: Object.keys(changed) } : {}) },
  }
}
