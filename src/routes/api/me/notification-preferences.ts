// /api/me/notification-preferences/: how a person wants to hear of things.
import { Hono } from 'hono'
import * as z from 'zod'
import { boolean, nullable, optional } from '../../../domain/base/fields'
import { dayTime } from '../../../domain/base/fields/day-time'
import { timezone } from '../../../domain/base/fields/times'
import {
  changePreferences,
  getPreferences,
  lockedOf,
  type Preferences,
  type QuietHours,
} from '../../../domain/notifications'
import type { AppEnv } from '../../../wire/pipeline/app-env'
import { body } from '../../../wire/input/body'
import { signedIn } from '../../../wire/pipeline/credentials'
import { endpoint } from '../../../wire/describe/notes'
import { choicesByKind } from '../../../wire/input/notification-choices'

export const apiMeNotificationPreferences = new Hono<AppEnv>()

const timeOfDay = z.string().meta({ pattern: '^\\d{2}:\\d{2}$', examples: ['22:00'] })

const NotificationPreferences = z
  .object({
    kinds: z
      .record(z.string(), z.object({ feed: z.boolean().optional(), push: z.boolean().optional() }))
      .meta({ description: 'By kind of event: the channels that it can be told by.' }),
    locked: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: 'What of it cannot be switched off.' }),
    quiet_hours: z
      .object({ from: timeOfDay, to: timeOfDay, timezone: z.string() })
      .nullable()
      .meta({ description: 'When no push comes; null: at no time.' }),
    show_text: z.boolean().meta({ description: 'Whether a push shows what it is about.' }),
  })
  .meta({ id: 'NotificationPreferences' })

const quietHours = z
  .object({ from: dayTime, to: dayTime, timezone })
  .superRefine(({ from, to }, ctx) => {
    if (from === to) ctx.addIssue({ code: 'custom', path: ['to'], params: { code: 'same_time' } })
  })

const Changes = z.object({
  kinds: optional(choicesByKind),
  quiet_hours: optional(nullable(quietHours)),
  show_text: optional(boolean),
})

apiMeNotificationPreferences.get(
  '/api/me/notification-preferences',
  endpoint({
    tags: ['more'],
    summary: 'How one wants to hear of things',
    description: 'All is on by default. Live sockets hear everything, whatever is preferred.',
    answers: { 200: NotificationPreferences },
  }),
  signedIn,
  async (c) => c.json(preferencesView(await getPreferences(c.get('context'), c.get('caller')))),
)

apiMeNotificationPreferences.patch(
  '/api/me/notification-preferences',
  endpoint({
    tags: ['more'],
    summary: 'Change how one wants to hear of things',
    description: 'What is not named stays as it is; the answer is all of it.',
    answers: { 200: NotificationPreferences },
    examples: [
      { kinds: { 'rsvp.changed': { push: false } } },
      { quiet_hours: { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' }, show_text: false },
    ],
  }),
  signedIn,
  body(Changes),
  async (c) => {
    const { kinds, quiet_hours, show_text } = c.req.valid('json')
    const changes = { kinds, quietHours: quiet_hours, showText: show_text }
    const preferences = await changePreferences(c.get('context'), c.get('caller'), changes)
    return c.json(preferencesView(preferences))
  },
)

function preferencesView(given: Preferences): z.output<typeof NotificationPreferences> {
  return {
    kinds: given.kinds,
    locked: Object.fromEntries(Array.from(lockedOf, ([kind, channels]) => [kind, [...channels]])),
    quiet_hours: given.quietHours && quietView(given.quietHours),
    show_text: given.showText,
  }
}

const quietView = ({ from, to, timezone: zone }: QuietHours) => ({
  from: clock(from),
  to: clock(to),
  timezone: zone,
})

const clock = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
