// Endpoints: where a team's other systems hear of what happens. Staff's to make, by `webhooks.manage`.
import { changeTo } from '../../db/declare'
import { asStaff, byRight, type Caller, readAsStaff } from '../accounts'
import type { Context } from '../base/context'
import { DomainError, invalid, type Issue } from '../base/errors'
import { newStamp } from '../base/events'
import { startJobs } from '../base/jobs'
import { type Page, type PageOf, toPage } from '../base/paging'
import { seal } from '../base/seal'
import {
  emptyEndpoint,
  endpointById,
  endpointsByAge,
  giveUpWaiting,
  guardRoom,
  guardThere,
  handleOf,
  insertEndpoint,
  replaceSecret,
  updateEndpoint,
} from './endpoint-statements'
import { jobOfEndpoint } from './send-jobs'
import { newSecret } from './signing'

/** An endpoint as staff see it: without its secrets. Times in milliseconds. */
export type Endpoint = {
  id: number
  url: string
  kinds: string[]
  description: string
  state: 'enabled' | 'disabled' | 'deleted'
  disabledReason: string
  failingSince: number | null
}

/** What can be said of one. `kinds` are names of events, or `*`. */
export type EndpointFields = { url: string; kinds: readonly string[]; description: string }

/** All that there can be. */
export const maxEndpoints = 20
/** So long a secret signs beside the one that takes its place, in milliseconds. */
export const previousLife = 24 * 60 * 60_000

/** Who may do any of this. */
export const manager = (caller: Caller) => byRight('webhooks.manage', caller)

/**
 * Makes an endpoint; its secret is answered here and never again. `known` are the kinds that there are.
 * @throws `permission.denied`, `fields.invalid` (`bad_address`, `not_choice`, `no_more`),
 * `service.not_configured`
 */
export async function addEndpoint(
  ctx: Context,
  caller: Caller,
  fields: EndpointFields,
  known: readonly string[],
): Promise<{ endpoint: Endpoint; secret: string }> {
  await requireGood(ctx, caller, issuesOf(ctx, fields, known))
  const [handle, secret] = [newStamp(), newSecret()]
  const sealedSecret = await seal(ctx, placeOf(handle), secret)
  const whyNot = async () => invalid({ path: ['url'], code: 'no_more', detail: maxEndpoints })
  const { kinds, description } = fields
  const url = normal(fields.url)
  const act = { action: 'webhooks.add', userId: null, subject: hostOf(url), change: { kinds } }
  const row = { url, kinds: [...kinds], description, handle, sealedSecret }
  const { endpoint } = await asStaff(
    ctx,
    manager(caller),
    act,
    {
      guard: guardRoom({ most: maxEndpoints }),
      endpoint: insertEndpoint({ ...row, caller, now: ctx.now() }),
    },
    whyNot,
  )
  return { endpoint, secret }
}

/** Endpoints, newest first. @throws `permission.denied` */
export async function listEndpoints(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<number>,
): Promise<Page<Endpoint, number>> {
  const given = { before: cursor ?? Number.MAX_SAFE_INTEGER, count: limit + 1 }
  const { rows } = await readAsStaff(ctx, manager(caller), { rows: endpointsByAge(given) })
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `permission.denied`, `webhook.missing` */
export async function getEndpoint(ctx: Context, caller: Caller, id: number): Promise<Endpoint> {
  const { endpoint } = await readAsStaff(ctx, manager(caller), { endpoint: endpointById({ id }) })
  if (!endpoint) throw new DomainError('webhook.missing')
  return endpoint
}

/** What of an endpoint can change; `isEnabled` true lets it begin anew. */
export type EndpointEdit = {
  [K in keyof EndpointFields]?: EndpointFields[K] | undefined
} & { isEnabled?: boolean | undefined }

/** @throws `permission.denied`, `webhook.missing`, `fields.invalid` */
export async function editEndpoint(
  ctx: Context,
  caller: Caller,
  { id, ...edit }: EndpointEdit & { id: number },
  known: readonly string[],
): Promise<Endpoint> {
  await requireGood(ctx, caller, issuesOf(ctx, edit, known))
  const { url, kinds, description, isEnabled } = edit
  const changed = Object.keys(edit).filter((name) => edit[name as keyof EndpointEdit] !== undefined)
  const act = { action: 'webhooks.edit', userId: null, subject: String(id), change: { changed } }
  const { endpoint } = await asStaff(
    ctx,
    manager(caller),
    act,
    {
      guard: guardThere({ id }),
      // Also while it was off, a test or another try may have been asked for.
      job: isEnabled ? jobOfEndpoint({ id, now: ctx.now() }) : undefined,
      given_up: isEnabled === false ? giveUpWaiting({ id }) : undefined,
      endpoint: updateEndpoint({
        id,
        url: changeTo(url === undefined ? undefined : normal(url)),
        kinds: changeTo(kinds && JSON.stringify(kinds)),
        description: changeTo(description),
        enabled: isEnabled === undefined ? null : Number(isEnabled),
      }),
    },
    whyMissing,
  )
  if (isEnabled) startJobs(ctx)
  return endpoint
}

/** Ends an endpoint, and all that it was to hear; what it has heard stays listed nowhere. */
export async function removeEndpoint(ctx: Context, caller: Caller, id: number): Promise<void> {
  const act = { action: 'webhooks.remove', userId: null, subject: String(id) }
  await asStaff(ctx, manager(caller), act, {
    given_up: giveUpWaiting({ id }),
    removed: emptyEndpoint({ id }),
  })
}

/**
 * Gives an endpoint a new secret; the one until now signs as well for a day.
 * @throws `permission.denied`, `webhook.missing`, `service.not_configured`
 */
export async function rotateSecret(
  ctx: Context,
  caller: Caller,
  id: number,
): Promise<{ secret: string; previousUntil: number }> {
  const actor = manager(caller)
  const { found } = await readAsStaff(ctx, actor, { found: handleOf({ id }) })
  if (!found) throw new DomainError('webhook.missing')
  const secret = newSecret()
  const sealed = await seal(ctx, placeOf(found.handle), secret)
  const previousUntil = ctx.now() + previousLife
  const act = { action: 'webhooks.rotate', userId: null, subject: String(id) }
  await asStaff(
    ctx,
    actor,
    act,
    { guard: guardThere({ id }), rotated: replaceSecret({ id, sealed, until: previousUntil }) },
    whyMissing,
  )
  return { secret, previousUntil }
}

/** What an endpoint's secrets are sealed for. */
export const placeOf = (handle: string) => ({ table: 'webhook_endpoints', id: handle })

/** As its parser writes it: a path stands behind the host. */
const normal = (url: string) => new URL(url).href
const hostOf = (url: string) => new URL(url).host
/** For a guard that only an endpoint which is not there refuses. */
export const whyMissing = async () => new DomainError('webhook.missing')

function issuesOf({ outside }: Context, edit: EndpointEdit, known: readonly string[]): Issue[] {
  const { url, kinds } = edit
  const issues: Issue[] = []
  if (url !== undefined && !outside.mayAsk(url)) issues.push({ path: ['url'], code: 'bad_address' })
  if (kinds?.length === 0) issues.push({ path: ['kinds'], code: 'required' })
  const strange = kinds?.find((kind) => kind !== '*' && !known.includes(kind))
  if (strange !== undefined) issues.push({ path: ['kinds'], code: 'not_choice', detail: strange })
  return issues
}

/** Nobody without the right learns what is wrong with a field. */
async function requireGood(ctx: Context, caller: Caller, issues: Issue[]): Promise<void> {
  if (issues.length === 0) return
  await readAsStaff(ctx, manager(caller), {})
  throw invalid(...issues)
}
