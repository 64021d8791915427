// /users/export: all that the service holds about a person, as a download.
import { Hono } from 'hono'
import * as z from 'zod'
import { exportOf, type ExportPart, exportParts } from '../../domain/moving'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { type Snake, snake, snakeCased } from '../../wire/shapes/snake-case'

export const usersExport = new Hono<AppEnv>()

/** A row as it is kept; which columns it has is the database's to say. */
const rows = z.array(z.looseObject({}))

/** What a part's name does not say. */
const about: { readonly [part in ExportPart]?: string } = {
  identities: 'Accounts elsewhere that sign in here.',
  groups: 'Permission groups.',
  codes: 'E-mailed codes, without what they say.',
  familiar: 'When known addresses and programs of the account were last seen.',
  pushTargets: 'Devices that are pushed to, without their addresses.',
  contacts: 'The address book.',
  friendRequests: 'Sent and received.',
  blocked: 'Whom the account blocks.',
  refusals: 'Whom the account has rejected or removed.',
  webhookEndpoints: 'Webhooks that the account has made, without address and secret.',
  notifications: 'The feed, without what a block hides; removed lines too.',
  conversations: 'Those that are listed, each with `messages`, one’s own of it.',
}

const shapeOf = (part: ExportPart) =>
  part in about ? rows.meta({ description: about[part]! }) : rows

/** The account, and by part what the nouns hold: a list each. */
const Export = z
  .object({
    ...(Object.fromEntries(exportParts.map((part) => [snake(part), shapeOf(part)])) as Record<
      Snake<ExportPart>,
      typeof rows
    >),
    account: z.looseObject({ id: z.int(), username: z.string(), email: z.string() }),
  })
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
