// /api/plans/…: contract B's plans, and the invitations to them.
import { Hono } from 'hono'
import * as z from 'zod'
import { boolean, choice, clearable, integer, optional, text } from '../../domain/fields'
import { invite, listInvited, type Named, uninvite } from '../../domain/invitations'
import { listPlans, type PlanFilter } from '../../domain/plan-lists'
import {
  addPlan,
  changePlan,
  getPlan,
  type Location,
  type Plan,
  type PlanFields,
  removePlan,
} from '../../domain/plans'
import { dateTime, timeCursor, timezone } from '../../domain/time-fields'
import { answers } from '../../wire/answers'
import type { AppEnv } from '../../wire/app-env'
import { body } from '../../wire/body'
import { calendarAnswer, calendarFile, revalidated } from '../../wire/calendar'
import { signedIn } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { everybodyMax, listed, query, upTo } from '../../wire/paging'
import { onlyBy } from '../../wire/paths'
import { inPlanWords, objectId, planWords, rsvpView } from '../../wire/plan-words'
import { isoTime } from '../../wire/times'
import { fieldErrors } from '../../wire/words'

export const apiPlans = new Hono<AppEnv>()
apiPlans.onError(errorsIn(detail))

const line = text({ max: 200 })

const LocationShape = z.object({
  name: clearable(line),
  address1: line,
  address2: clearable(line),
  city: line,
  state: line,
  // A text, so that leading zeros are kept; a number is taken as text.
  zipcode: text({ max: 20 }),
})

const extras = {
  description: clearable(text({ max: 10_000 })),
  start_time: clearable(dateTime),
  timezone: clearable(timezone),
  visibility: clearable(choice('everyone', 'friends', 'private')),
  capacity: clearable(integer({ min: 1, max: 1_000_000 })),
}

const WholePlan = z.object({ title: line, location: LocationShape, end_time: dateTime, ...extras })
const PlanChanges = z.object({
  title: optional(line),
  location: optional(LocationShape),
  end_time: optional(dateTime),
  ...extras,
})

const PlanQuery = z.object({
  friends: clearable(boolean),
  mine: clearable(boolean),
  start_time: clearable(dateTime),
  end_time: clearable(dateTime),
  limit: upTo(everybodyMax),
  cursor: optional(timeCursor).transform((cursor) => cursor ?? null),
})

apiPlans.get('/api/plans', signedIn, query(PlanQuery), async (c) => {
  const { limit, cursor, ...given } = c.req.valid('query')
  const part = { limit, cursor }
  const page = await listPlans(c.get('context'), c.get('caller'), filterOf(given), part)
  const next = page.next && `${page.next.time}.${page.next.id}`
  return c.json(listed(c, { items: page.items, next }).map(planView))
})

apiPlans.post('/api/plans/add', signedIn, inPlanWords, body(WholePlan), async (c) => {
  const { title, location, end_time, ...rest } = c.req.valid('json')
  const plan = await addPlan(c.get('context'), c.get('caller'), {
    title,
    location: locationOf(location),
    endTime: end_time,
    description: rest.description ?? '',
    startTime: rest.start_time ?? null,
    timezone: rest.timezone ?? '',
    visibility: rest.visibility ?? 'everyone',
    capacity: rest.capacity ?? null,
  })
  return c.json(singlePlanView(plan), 201)
})
apiPlans.all('/api/plans/add', onlyBy('POST'))

// Before the route of a plan itself, whose pattern would take the file's name for an id.
apiPlans.get('/api/plans/:file{.+[.]ics}', signedIn, inPlanWords, revalidated, async (c) => {
  const id = objectId(c.req.param('file').slice(0, -'.ics'.length))
  const plan = await getPlan(c.get('context'), c.get('caller'), id)
  return calendarAnswer(c, calendarFile([plan], plan.timezone), `plan-${plan.id}`)
})

apiPlans.get('/api/plans/:id', signedIn, inPlanWords, async (c) => {
  const id = objectId(c.req.param('id'))
  return c.json(singlePlanView(await getPlan(c.get('context'), c.get('caller'), id)))
})

apiPlans.on(
  ['PUT', 'PATCH'],
  '/api/plans/:id/edit',
  signedIn,
  inPlanWords,
  body(PlanChanges),
  async (c) => {
    const id = objectId(c.req.param('id'))
    const changes = changesOf(c.req.valid('json'))
    return c.json(singlePlanView(await changePlan(c.get('context'), c.get('caller'), id, changes)))
  },
)

apiPlans.delete('/api/plans/:id/delete', signedIn, inPlanWords, async (c) => {
  const id = objectId(c.req.param('id'))
  await removePlan(c.get('context'), c.get('caller'), id)
  return c.json({ message: `Event ${id} deleted successfully` })
})

// ── Invitations ──────────────────────────────────────────────────────────────────────────────────

const Invitation = z.object({
  user_ids: optional(z.array(integer({ min: 1 }))),
  usernames: optional(z.array(text({ max: 150 }))),
})

const WholeInvitation = Invitation.refine((given) => given.user_ids ?? given.usernames, {
  path: ['user_ids'],
  params: { code: 'required' },
})

const inviteWords = answers({
  ...planWords,
  'people.not_friends': ({ issues }) => {
    const names = new Map<PropertyKey, string>([['ids', 'user_ids']])
    const renamed = issues.map((issue) => ({
      ...issue,
      path: issue.path.map((step) => names.get(step) ?? step),
    }))
    return { status: 400, body: fieldErrors(renamed) }
  },
})

const invites = '/api/plans/:id/invite'

apiPlans.get(invites, signedIn, inviteWords, async (c) => {
  const id = objectId(c.req.param('id'))
  return c.json(invitedView(await listInvited(c.get('context'), c.get('caller'), id)))
})

apiPlans.post(invites, signedIn, inviteWords, body(WholeInvitation), async (c) => {
  const id = objectId(c.req.param('id'))
  const people = namedIn(c.req.valid('json'))
  return c.json(invitedView(await invite(c.get('context'), c.get('caller'), id, people)))
})

apiPlans.delete(invites, signedIn, inviteWords, body(WholeInvitation), async (c) => {
  const id = objectId(c.req.param('id'))
  const people = namedIn(c.req.valid('json'))
  return c.json(invitedView(await uninvite(c.get('context'), c.get('caller'), id, people)))
})

apiPlans.delete('/api/plans/:id/invite/:user_id', signedIn, inviteWords, async (c) => {
  const { id, user_id } = c.req.param()
  const people = { ids: /^\d{1,15}$/.test(user_id) ? [Number(user_id)] : [], usernames: [] }
  const left = await uninvite(c.get('context'), c.get('caller'), objectId(id), people)
  return c.json(invitedView(left))
})

function namedIn(given: z.output<typeof Invitation>): Named {
  return { ids: given.user_ids ?? [], usernames: given.usernames ?? [] }
}

function invitedView(invited: { userId: number; username: string }[]) {
  return { data: invited.map(({ userId, username }) => ({ user_id: String(userId), username })) }
}

// ── Fields in, views out ─────────────────────────────────────────────────────────────────────────

function filterOf(given: Partial<z.output<typeof PlanQuery>>): PlanFilter {
  const { friends, mine } = given
  const scope = mine || friends === false ? 'mine' : friends ? 'friends' : 'all'
  return { scope, from: given.start_time ?? null, to: given.end_time ?? null }
}

/** The changes that were sent; what was sent empty is emptied, but a visibility never opens by that. */
function changesOf(given: z.output<typeof PlanChanges>): Partial<PlanFields> {
  const { title, location, end_time, description, start_time, visibility, capacity } = given
  return {
    ...(title === undefined ? {} : { title }),
    ...(location === undefined ? {} : { location: locationOf(location) }),
    ...(end_time === undefined ? {} : { endTime: end_time }),
    ...(description === undefined ? {} : { description: description ?? '' }),
    ...(start_time === undefined ? {} : { startTime: start_time }),
    ...(given.timezone === undefined ? {} : { timezone: given.timezone ?? '' }),
    ...(visibility ? { visibility } : {}),
    ...(capacity === undefined ? {} : { capacity }),
  }
}

function locationOf(given: z.output<typeof LocationShape>): Location {
  return { ...given, name: given.name ?? '', address2: given.address2 ?? '' }
}

/** A location without what was not given. */
function locationView({ name, address1, address2, city, state, zipcode }: Location) {
  return {
    ...(name === '' ? {} : { name }),
    address1,
    ...(address2 === '' ? {} : { address2 }),
    city,
    state,
    zipcode,
  }
}

function planView(plan: Plan) {
  return {
    _id: plan.id,
    title: plan.title,
    description: plan.description,
    location: locationView(plan.location),
    start_time: plan.startTime === null ? null : isoTime(plan.startTime),
    end_time: isoTime(plan.endTime),
    created_by: String(plan.creatorId),
    visibility: plan.visibility,
    capacity: plan.capacity,
    timezone: plan.timezone,
    rsvp_count: plan.rsvpCount,
    rsvp: plan.rsvp && rsvpView(plan.rsvp),
  }
}

/** One plan alone: flat, and once more under `data`, where B's web client reads it. */
function singlePlanView(plan: Plan) {
  const view = planView(plan)
  return { ...view, id: plan.id, data: view }
}
