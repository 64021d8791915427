// /api/rsvp/…: contract B's answers to plans.
import { Hono } from 'hono'
import * as z from 'zod'
import {
  boolean,
  choice,
  clearable,
  idCursor,
  integer,
  optional,
  text,
} from '../../domain/base/fields'
import {
  addRsvp,
  changeRsvp,
  listOwnRsvps,
  listRsvpsOfPlan,
  removeAllRsvps,
  removeOwnRsvp,
  removeRsvp,
} from '../../domain/plans'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { jsonText, listText, ownListMax, query, upTo } from '../../wire/input/paging'
import { onlyBy } from '../../wire/errors/by-path'
import { inPlanWords, objectId, RsvpRecord, rsvpView } from '../../wire/shapes/plan-words'
import { Message, objectIdText } from '../../wire/shapes/common'

export const apiRsvp = new Hono<AppEnv>()

const answerFields = {
  status: clearable(choice('going', 'maybe', 'declined')),
  guests: clearable(integer({ min: 0, max: 100 })),
}
const NewRsvp = z.object({ plan_id: text(), ...answerFields })
const RsvpChanges = z.object(answerFields)

const RsvpQuery = z.object({
  limit: upTo(ownListMax),
  cursor: optional(idCursor).transform((cursor) => cursor ?? null),
})

const RsvpWritten = z.object({ message: z.string(), id: objectIdText, data: RsvpRecord })
const RsvpList = z.object({ data: z.array(RsvpRecord) })

apiRsvp.post(
  '/api/rsvp/add',
  endpoint({
    tags: ['B'],
    summary: 'Answer to a plan, once per person',
    description:
      'Without `status` one goes, without `guests` alone. Who wants to go to a plan that is full is `waitlisted`, and let in once there is room.',
    answers: { 201: RsvpWritten },
    errors: ['id.invalid', 'plan.missing', 'rsvp.exists'],
    examples: [{ plan_id: '68dabba350510db53d9af43d' }],
  }),
  signedIn,
  inPlanWords,
  body(NewRsvp),
  async (c) => {
    const { plan_id, status, guests } = c.req.valid('json')
    const answer = { status: status ?? 'going', guests: guests ?? 0 } as const
    const made = await addRsvp(c.get('context'), c.get('caller'), objectId(plan_id), answer)
    return c.json({ message: 'RSVP created', id: made.id, data: rsvpView(made) }, 201)
  },
)
apiRsvp.all('/api/rsvp/add', onlyBy('POST'))

apiRsvp.get(
  '/api/rsvp/user',
  endpoint({
    tags: ['B'],
    summary: 'One’s own RSVPs, by id',
    answers: { 200: RsvpList },
  }),
  signedIn,
  query(RsvpQuery),
  async (c) => {
    const page = await listOwnRsvps(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(c, `{"data":${listText(c, page, rsvpView)}}`)
  },
)
apiRsvp.all('/api/rsvp/user', onlyBy('GET', 'HEAD'))

apiRsvp.get(
  '/api/rsvp/plan/:plan_id',
  endpoint({
    tags: ['B'],
    summary: 'The RSVPs of a plan, by id',
    answers: { 200: RsvpList },
    errors: ['id.invalid', 'plan.missing'],
  }),
  signedIn,
  inPlanWords,
  query(RsvpQuery),
  async (c) => {
    const id = objectId(c.req.param('plan_id'))
    const part = c.req.valid('query')
    const page = await listRsvpsOfPlan(c.get('context'), c.get('caller'), id, part)
    return jsonText(c, `{"data":${listText(c, page, rsvpView)}}`)
  },
)

const Removal = z.object({ all: clearable(boolean) })

apiRsvp.delete(
  '/api/rsvp/plan/:plan_id/delete',
  endpoint({
    tags: ['B'],
    summary: 'Take one’s own RSVP to a plan back',
    description: 'With `?all=true` the plan’s creator removes everybody’s.',
    answers: { 200: Message },
    errors: ['id.invalid', 'plan.missing', 'rsvp.missing', 'permission.denied'],
  }),
  signedIn,
  inPlanWords,
  query(Removal),
  async (c) => {
    const id = objectId(c.req.param('plan_id'))
    const remove = c.req.valid('query').all ? removeAllRsvps : removeOwnRsvp
    await remove(c.get('context'), c.get('caller'), id)
    return c.json({ message: `RSVP for plan ${id} deleted successfully` })
  },
)

apiRsvp.patch(
  '/api/rsvp/:rsvp_id',
  endpoint({
    tags: ['B'],
    summary: 'Change one’s own RSVP',
    description: 'What is sent empty goes back to the default.',
    answers: { 200: RsvpWritten },
    errors: ['id.invalid', 'rsvp.missing', 'permission.denied', 'rsvp.no_room'],
    examples: [{ status: 'maybe' }, { guests: 2 }],
  }),
  signedIn,
  inPlanWords,
  body(RsvpChanges),
  async (c) => {
    const id = objectId(c.req.param('rsvp_id'))
    const { status, guests } = c.req.valid('json')
    // Emptied is back to the default.
    const answer = {
      status: status === null ? ('going' as const) : status,
      guests: guests === null ? 0 : guests,
    }
    const changed = await changeRsvp(c.get('context'), c.get('caller'), id, answer)
    return c.json({ message: 'RSVP updated', id: changed.id, data: rsvpView(changed) })
  },
)

apiRsvp.delete(
  '/api/rsvp/:rsvp_id/delete',
  endpoint({
    tags: ['B'],
    summary: 'Take an RSVP back by its id',
    answers: { 200: Message },
    errors: ['id.invalid', 'rsvp.missing', 'permission.denied'],
  }),
  signedIn,
  inPlanWords,
  async (c) => {
    const id = objectId(c.req.param('rsvp_id'))
    await removeRsvp(c.get('context'), c.get('caller'), id)
    return c.json({ message: `RSVP ${id} deleted successfully` })
  },
)
