// /api/notifications/…: what happened to a person, newest first; how much of it is new, and what they have seen,
// read and removed of it.
import { Hono } from 'hono'
import * as z from 'zod'
import { boolean, integer, list, optional } from '../../domain/base/fields'
import {
  type Counts,
  countNotifications,
  listNotifications,
  markRead,
  markReadUpTo,
  markSeen,
  removeNotification,
  removeUpTo,
} from '../../domain/notifications'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { listed, pageShape, query, upTo } from '../../wire/input/paging'
import { integerId } from '../../wire/input/paths'
import { removed } from '../../wire/shapes/common'
import { Notification, notificationView } from '../../wire/shapes/notification'

export const apiNotifications = new Hono<AppEnv>()

const [usual, listMax, idsMax] = [50, 200, 200]
const position = integer({ min: 0 })

const NotificationCounts = z
  .object({
    unseen: z.int(),
    unread: z.int(),
    conversations: z.int().meta({ description: 'Unmuted, with something unread.' }),
    badge: z.int().meta({ description: 'What an app’s icon shows: those and `unseen`.' }),
    newest: z.int().meta({ description: 'The position of the newest line, or 0.' }),
  })
  .meta({ id: 'NotificationCounts' })

apiNotifications.get(
  '/api/notifications',
  endpoint({
    tags: ['more'],
    summary: 'What happened to oneself, newest first',
    description:
      'A line is the events of one group; what comes anew moves it to the end. The cursor is a position.',
    answers: { 200: z.array(Notification) },
  }),
  signedIn,
  query(
    pageShape(listMax).extend({
      limit: upTo(listMax, usual),
      unread: optional(boolean).transform((unread = false) => unread),
    }),
  ),
  async (c) => {
    const page = await listNotifications(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, (line) => notificationView(c, line)))
  },
)

apiNotifications.get(
  '/api/notifications/counts',
  endpoint({
    tags: ['more'],
    summary: 'How much is new to oneself',
    description: 'Each is counted to 100.',
    answers: { 200: NotificationCounts },
  }),
  signedIn,
  async (c) => {
    const counts = await countNotifications(c.get('context'), c.get('caller'))
    return c.json(counts satisfies Counts)
  },
)

apiNotifications.post(
  '/api/notifications/seen',
  endpoint({
    tags: ['more'],
    summary: 'Have seen one’s notifications up to a position',
    description: 'Never goes back; above the newest it is the newest.',
    answers: { 200: NotificationCounts },
    examples: [{ up_to: 57 }],
  }),
  signedIn,
  body(z.object({ up_to: position })),
  async (c) => {
    const counts = await markSeen(c.get('context'), c.get('caller'), c.req.valid('json').up_to)
    return c.json(counts satisfies Counts)
  },
)

const Read = z
  .object({ up_to: optional(position), ids: optional(list(integer({ min: 0 }), idsMax)) })
  .superRefine(({ up_to, ids }, ctx) => {
    const wrong = (path: string[], code: string, detail?: string) =>
      ctx.addIssue({ code: 'custom', path, params: { code, detail } })
    if ((up_to === undefined) === (ids === undefined)) wrong([], 'either', 'up_to or ids')
    else if (ids?.length === 0) wrong(['ids'], 'empty_list')
  })

apiNotifications.post(
  '/api/notifications/read',
  endpoint({
    tags: ['more'],
    summary: 'Have read one’s notifications up to a position, or some by their ids',
    description: '`up_to` is seen, too. Ids of others do nothing.',
    answers: { 200: NotificationCounts },
    examples: [{ up_to: 57 }, { ids: [812] }],
  }),
  signedIn,
  body(Read),
  async (c) => {
    const { up_to, ids = [] } = c.req.valid('json')
    const [ctx, caller] = [c.get('context'), c.get('caller')]
    const counts =
      up_to === undefined
        ? await markRead(ctx, caller, ids)
        : await markReadUpTo(ctx, caller, up_to)
    return c.json(counts satisfies Counts)
  },
)

apiNotifications.delete(
  '/api/notifications',
  endpoint({
    tags: ['more'],
    summary: 'Remove one’s notifications up to a position',
    answers: { 204: removed },
  }),
  signedIn,
  query(z.object({ up_to: position })),
  async (c) => {
    await removeUpTo(c.get('context'), c.get('caller'), c.req.valid('query').up_to)
    return c.body(null, 204)
  },
)

apiNotifications.delete(
  '/api/notifications/:id',
  endpoint({
    tags: ['more'],
    summary: 'Remove one of one’s notifications',
    description: 'Repeatable; what comes anew brings it back.',
    answers: { 204: removed },
    errors: ['notification.missing'],
  }),
  signedIn,
  async (c) => {
    await removeNotification(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)
