// Plans and answers to them.
import { signal } from '@preact/signals'
import type { components } from 'kith-client'
import { kith } from './client'
import { user } from './device'
import { change, invalidate, putKnown, useResource } from './resource'
import { startOfDay } from '../words/times'

/** A plan in a list. */
export type Plan = components['schemas']['Plan']
/** An answer to a plan. */
export type Rsvp = components['schemas']['Rsvp']
/** What one can answer. */
export type Answer = 'going' | 'maybe' | 'declined'

/** Which plans of a list. */
export type Filter = 'all' | 'friends' | 'mine' | 'answered'

const pageSize = 30

/** Of today or later, or running: the first 30, the next one first. */
export const usePlans = (filter: Filter) =>
  useResource(`plans/${filter}`, () => loadPlans(filter, pageSize))

/** One's own next plans: those answered with going, maybe or waiting. */
export const homePlansKey = 'plans/home'
export const useNextPlans = () => useResource(homePlansKey, () => loadPlans('answered', 5))

/** A list and whether there is more of it. */
export type PlanList = { plans: Plan[]; next: string | null }

async function loadPlans(filter: Filter, limit: number): Promise<PlanList> {
  const now = new Date(startOfDay(Date.now())).toISOString()
  return planPage({ ...queryOf(filter), start_time: now, limit })
}

type Query = Record<string, string | number>

const queryOf = (filter: Filter): Query => ({
  order: 'soonest',
  ...(filter === 'all' ? {} : { [filter]: 'true' }),
})

async function planPage(query: Query): Promise<PlanList> {
  for await (const plans of kith.pages('/api/plans', { params: { query } })) {
    const full = plans.length === query['limit']
    return { plans, next: full ? (plans.at(-1)?._id ?? null) : null }
  }
  return { plans: [], next: null }
}

/** All plans of a list, page by page. */
export async function* morePlans(filter: Filter): AsyncGenerator<Plan[]> {
  const now = new Date(startOfDay(Date.now())).toISOString()
  const query = { ...queryOf(filter), start_time: now, limit: pageSize }
  yield* kith.pages('/api/plans', { params: { query } })
}

const key = (id: string) => `plan/${id}`

/** One plan. */
export const usePlan = (id: string) =>
  useResource(key(id), async (): Promise<Plan> => {
    const plan = await kith.GET('/api/plans/{id}', { params: { path: { id } } })
    return plan.data
  })

/** Who has answered to a plan. */
export const useRsvps = (id: string) =>
  useResource(`rsvps/${id}`, async () => {
    const params = { path: { plan_id: id }, query: { limit: 500 } }
    return (await kith.GET('/api/rsvp/plan/{plan_id}', { params })).data
  })

/** Answers to a plan, or changes the answer; shown at once. @throws `KithError` */
export async function answerPlan(plan: Plan, status: Answer, guests: number): Promise<void> {
  const id = plan._id
  await change<Plan, Rsvp>({
    key: key(id),
    patch: (now) => ({ ...now, rsvp: patched(now.rsvp, id, status, guests) }),
    call: () => sendAnswer(id, status, guests),
  })
  invalidate((one) => one === `rsvps/${id}` || one.startsWith('plans'))
}

const patched = (rsvp: Rsvp | null, planId: string, status: Answer, guests: number): Rsvp => ({
  _id: rsvp?._id ?? '',
  plan_id: planId,
  user_id: String(user.value?.id ?? ''),
  created_at: rsvp?.created_at ?? new Date().toISOString(),
  status,
  guests,
})

/** By plan: the id of one's answer, as soon as there is one. */
const rsvpIds = new Map<string, string>()

/** Tells which answer is one's own: a second press changes it. */
export const knowRsvp = (planId: string, rsvp: Rsvp | null): void => {
  if (rsvp && rsvp._id !== '') rsvpIds.set(planId, rsvp._id)
}

async function sendAnswer(planId: string, status: Answer, guests: number): Promise<Rsvp> {
  const known = rsvpIds.get(planId)
  const answer =
    known === undefined
      ? await kith.POST('/api/rsvp/add', { body: { plan_id: planId, status, guests } })
      : await kith.PATCH('/api/rsvp/{rsvp_id}', {
          params: { path: { rsvp_id: known } },
          body: { status, guests },
        })
  rsvpIds.set(planId, answer.id)
  return answer.data
}

/** What a form says of a plan. */
export type PlanFields = {
  title: string
  description: string
  location: {
    name: string
    address1: string
    address2: string
    city: string
    state: string
    zipcode: string
  }
  start_time: string | null
  end_time: string
  timezone: string
  visibility: 'everyone' | 'friends' | 'private'
  capacity: number | null
}

const changed = (id?: string) =>
  invalidate(
    (one) => one.startsWith('plans') || one === key(id ?? '') || one === `rsvps/${id ?? ''}`,
  )

/** Makes a plan. Answers with its id. @throws `KithError` */
export async function makePlan(body: PlanFields): Promise<string> {
  const made = await kith.POST('/api/plans/add', { body })
  changed()
  return made.id
}

/** Changes a plan of one's own. @throws `KithError` */
export async function changePlan(id: string, body: PlanFields): Promise<void> {
  const plan = await kith.PATCH('/api/plans/{id}/edit', { params: { path: { id } }, body })
  putKnown(key(id), () => plan.data)
  changed(id)
}

/** Deletes a plan of one's own. @throws `KithError` */
export async function deletePlan(id: string): Promise<void> {
  await kith.DELETE('/api/plans/{id}/delete', { params: { path: { id } } })
  invalidate((one) => one.startsWith('plans'))
}

/** Whom one has invited to a plan of one's own. */
export const useInvited = (id: string) =>
  useResource(`invited/${id}`, async () => {
    const params = { path: { id } }
    return (await kith.GET('/api/plans/{id}/invite', { params })).data
  })

/** Invites friends. @throws `KithError` */
export async function invite(id: string, ids: readonly number[]): Promise<void> {
  const params = { path: { id } }
  const { data } = await kith.POST('/api/plans/{id}/invite', {
    params,
    body: { user_ids: [...ids] },
  })
  putKnown(`invited/${id}`, () => data)
}

// ── Hidden on this device ────────────────────────────────────────────────────────────────────────

const hiddenKey = () => `kith.hidden.${user.value?.id ?? ''}`

/** Ids of the plans that this device does not show in lists. */
export const hidden = signal<ReadonlySet<string>>(new Set(stored()))

function stored(): string[] {
  try {
    return JSON.parse(localStorage.getItem(hiddenKey()) ?? '[]') as string[]
  } catch {
    return []
  }
}

/** Hides a plan here, or shows it again. */
export function hide(id: string, isHidden: boolean): void {
  const next = new Set(hidden.value)
  if (isHidden) next.add(id)
  else next.delete(id)
  hidden.value = next
  localStorage.setItem(hiddenKey(), JSON.stringify([...next]))
}

/** Shows all hidden plans again. */
export function showAll(): void {
  hidden.value = new Set()
  localStorage.removeItem(hiddenKey())
}

/** Where a plan's calendar file is. */
export const calendarPath = (id: string) => `/api/plans/${id}.ics`
