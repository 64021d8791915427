// /api/plans/…: contract B's plans. The invitations to them are in `plans/invite.ts`.
import { Hono } from 'hono'
import * as z from 'zod'
import { boolean, choice, clearable, integer, optional, text } from '../../domain/base/fields'
import { textCursors } from '../../domain/base/paging'
import {
  addPlan,
  changePlan,
  getPlan,
  listPlans,
  type Location,
  type PlanFields,
  type PlanFilter,
  removePlan,
} from '../../domain/plans'
import { dateTime, timeCursor, timezone } from '../../domain/base/fields/times'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { calendarAnswer, calendarFile, revalidated } from '../../wire/shapes/calendar'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { everybodyMax, jsonText, listText, query, upTo } from '../../wire/input/paging'
import { onlyBy } from '../../wire/errors/by-path'
import { inPlanWords, objectId } from '../../wire/shapes/plan-words'
import { calendarFileAnswers, Message } from '../../wire/shapes/common'
import { PlanRecord, planView, SinglePlan, singlePlanView } from '../../wire/shapes/plan-record'

export const apiPlans = new Hono<AppEnv>()

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
  answered: clearable(boolean),
  order: clearable(choice('soonest')),
  start_time: clearable(dateTime),
  end_time: clearable(dateTime),
  limit: upTo(everybodyMax),
  cursor: optional(timeCursor).transform((cursor) => cursor ?? null),
})

const onePlan = {
  tags: ['B'],
  answers: { 200: SinglePlan },
  errors: ['id.invalid', 'plan.missing'],
} as const

apiPlans.get(
  '/api/plans',
  endpoint({
    tags: ['B'],
    summary: 'The plans that one may see, by start',
    description:
      '`mine=true`: only one’s own; `friends=true`: one’s own and those of friends. `start_time` and `end_time` limit by start and end. `answered=true`: those that one goes to, may go to or waits for. A page has the latest plans, the next one those before; with `order=soonest` the first ones, and the next page those after.',
    answers: { 200: z.array(PlanRecord) },
  }),
  signedIn,
  query(PlanQuery),
  async (c) => {
    const { limit, cursor, ...given } = c.req.valid('query')
    const part = { limit, cursor }
    const filter = filterOf(given)
    const page = await listPlans(c.get('context'), c.get('caller'), filter, part)
    const paged = textCursors(page, ({ time, id }) => `${time}.${id}`)
    return jsonText(c, listText(c, paged, planView, { isTurned: filter.order === 'latest' }))
  },
)

apiPlans.post(
  '/api/plans/add',
  endpoint({
    tags: ['B'],
    summary: 'Make a plan',
    answers: { 201: SinglePlan },
    errors: ['plan.end_before_start', 'quota.exceeded'],
    examples: [
      {
        title: 'Game Night',
        description: 'Lots of fun and laughters with friends.',
        location: {
          name: "John's house",
          address1: '1 main st',
          city: 'Boston',
          state: 'MA',
          zipcode: '12345',
        },
        start_time: '2025-09-28T12:00:00Z',
        end_time: '2025-09-28T15:00:00Z',
      },
    ],
  }),
  signedIn,
  inPlanWords,
  body(WholePlan),
  async (c) => {
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
  },
)
apiPlans.all('/api/plans/add', onlyBy('POST'))

// Before the route of a plan itself, whose pattern would take the file's name for an id.
apiPlans.get(
  '/api/plans/:file{.+[.]ics}',
  endpoint({
    ...onePlan,
    summary: 'One plan as a calendar file',
    description: '`If-None-Match` is understood.',
    path: '/api/plans/{id}.ics',
    answers: calendarFileAnswers,
  }),
  signedIn,
  inPlanWords,
  revalidated,
  async (c) => {
    const id = objectId(c.req.param('file').slice(0, -'.ics'.length))
    const plan = await getPlan(c.get('context'), c.get('caller'), id)
    return calendarAnswer(c, calendarFile([plan], plan.timezone), `plan-${plan.id}`)
  },
)

apiPlans.get(
  '/api/plans/:id',
  endpoint({ ...onePlan, summary: 'One plan' }),
  signedIn,
  inPlanWords,
  async (c) => {
    const id = objectId(c.req.param('id'))
    return c.json(singlePlanView(await getPlan(c.get('context'), c.get('caller'), id)))
  },
)

apiPlans.on(
  ['PUT', 'PATCH'],
  '/api/plans/:id/edit',
  endpoint({
    ...onePlan,
    summary: 'Change a plan of one’s own; what is not sent stays',
    description: 'An optional field that is sent empty is emptied, but for `visibility`.',
    errors: [...onePlan.errors, 'permission.denied', 'plan.end_before_start', 'quota.exceeded'],
    examples: [{ title: "Alex's Game Night!" }],
  }),
  signedIn,
  inPlanWords,
  body(PlanChanges),
  async (c) => {
    const id = objectId(c.req.param('id'))
    const changes = changesOf(c.req.valid('json'))
    return c.json(singlePlanView(await changePlan(c.get('context'), c.get('caller'), id, changes)))
  },
)

apiPlans.delete(
  '/api/plans/:id/delete',
  endpoint({
    ...onePlan,
    summary: 'Delete a plan of one’s own',
    answers: { 200: Message },
    errors: [...onePlan.errors, 'permission.denied'],
  }),
  signedIn,
  inPlanWords,
  async (c) => {
    const id = objectId(c.req.param('id'))
    await removePlan(c.get('context'), c.get('caller'), id)
    return c.json({ message: `Event ${id} deleted successfully` })
  },
)

// ── Fields in ───────────────────────────────────────────────────────────────────────────────────

function filterOf(given: Partial<z.output<typeof PlanQuery>>): PlanFilter {
  const { friends, mine, answered } = given
  const unasked = answered ? 'answered' : 'all'
  const scope = mine || friends === false ? 'mine' : friends ? 'friends' : unasked
  const order = given.order ?? 'latest'
  return { scope, order, from: given.start_time ?? null, to: given.end_time ?? null }
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
