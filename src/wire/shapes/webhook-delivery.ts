// A delivery of a webhook, as staff see it.
import * as z from 'zod'
import type { Delivery } from '../../domain/webhooks'
import { timeText } from './common'
import { isoTime } from './times'

/** What can become of one. */
export const deliveryStates = ['waiting', 'delivered', 'failed'] as const

/** Its record. */
export const DeliveryRecord = z
  .object({
    id: z.int(),
    webhook_id: z.string().meta({ description: 'The `webhook-id` of each try.' }),
    kind: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    last_error: z.string(),
    last_ms: z.int().nullable(),
    next_at: timeText.nullable(),
    delivered_at: timeText.nullable(),
  })
  .meta({ id: 'WebhookDelivery' })

/** It as its record. */
export function deliveryView(one: Delivery): z.output<typeof DeliveryRecord> {
  return {
    id: one.id,
    webhook_id: `evt_${one.eventId}`,
    kind: one.kind,
    state: one.state,
    attempts: one.attempts,
    last_error: one.lastError,
    last_ms: one.lastMs,
    next_at: one.state === 'waiting' ? isoTime(one.dueAt) : null,
    delivered_at: one.deliveredAt === null ? null : isoTime(one.deliveredAt),
  }
}
