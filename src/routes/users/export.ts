// /users/export: all that the service holds about a person, as a download.
import { Hono } from 'hono'
import * as z from 'zod'
import { exportOf } from '../../domain/moving'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { type Snake, snakeCased } from '../../wire/shapes/snake-case'

export const usersExport = new Hono<AppEnv>()

/** A row as it is kept; which columns it has is the database's to say. */
const rows = z.array(z.looseObject({}))

/** By table: the compiler sees that none is left out. */
const Export = z
  .object({
    account: z.looseObject({ id: z.int(), username: z.string(), email: z.string() }),
    identities: rows.meta({ description: 'Accounts elsewhere that sign in here.' }),
    groups: rows.meta({ description: 'Permission groups.' }),
    sessions: rows,
    codes: rows.meta({ description: 'E-mailed codes, without what they say.' }),
    familiar: rows.meta({
      description: 'When known addresses and programs of the account were last seen.',
    }),
    push_targets: rows.meta({
      description: 'Devices that are pushed to, without their addresses.',
    }),
    contacts: rows.meta({ description: 'The address book.' }),
    friends: rows,
    friend_requests: rows.meta({ description: 'Sent and received.' }),
    friend_labels: rows,
    blocked: rows.meta({ description: 'Whom the account blocks.' }),
    refusals: rows.meta({ description: 'Whom the account has rejected or removed.' }),
    conversations: rows.meta({
      description: 'Those that are listed, each with `messages`, one’s own of it.',
    }),
    pictures: rows,
    plans: rows,
    rsvps: rows,
    plan_invitations: rows,
    calendar_feeds: rows,
    webhook_endpoints: rows.meta({
      description: 'Webhooks that the account has made, without address and secret.',
    }),
  } satisfies Record<Snake<keyof Awaited<ReturnType<typeof exportOf>>>, z.ZodType>)
  .meta({ id: 'Export' })

usersExport.get(
  '/users/export',
  endpoint({
    tags: ['more'],
    summary: 'All that the service holds about the caller, as a download',
    description:
      'By table, names in snake_case, times in ISO 8601; without secrets, hashes and session ids.',
    answers: { 200: Export },
  }),
  signedIn,
  async (c) => {
    const held = await exportOf(c.get('context'), c.get('caller'))
    c.header('Content-Disposition', 'attachment; filename="kith-export.json"')
    return c.json(snakeCased(held) as never)
  },
)
