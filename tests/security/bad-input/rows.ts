// What a row of the bad input says of its route, and the people and things that its paths name. Each
// contract has its rows in a file beside this one; `bad-input.test.ts` holds all of them to it.
import type { BadField, Field } from '../../support/hostile-fields'
import { type Person, sessionOf, signUp } from '../../support/people'
import { makePlan, rsvpTo } from '../../support/plans'
import { ask, befriend, block, join } from '../../support/relations'
import type { World } from '../../support/world'

export type Stage = Awaited<ReturnType<typeof setStage>>

export type BodyRow = {
  /** As it is registered. */
  route: string
  path: (stage: Stage) => string
  isPublic?: boolean
  /** Answers in contract D's envelope. */
  inEnvelope?: boolean
  /** A body that passes; it need not succeed. */
  good: (stage: Stage) => Record<string, unknown>
  fields: Record<string, Field>
  /** The answer's body to a bad field, where the document does not answer in Django's words. */
  says?: (bad: BadField) => object | undefined
  /** The whole answer to a bad field, where it is no 400 at all. */
  unlike?: (bad: BadField) => [status: number, body: object] | undefined
  /** The answer's body to a body that is no object, likewise. */
  saysOfNoObject?: object
  /** The answer to no field at all, where it is neither 200 nor told by which are required. */
  empty?: [status: number, body: object]
}

/** A route that looks at no body: whatever is sent along, its answer is this. */
export type BodilessRow = {
  route: string
  path: string
  isPublic?: boolean
  byStaff?: boolean
  status: number
  body: object
}

export type Id = number | string
/** A route with an id in its path. */
export type RecordRow = {
  route: string
  path: (id: Id) => string
  json?: object
  inEnvelope?: boolean
  /** An administrator asks. */
  byStaff?: boolean
  /** An id that is somebody's, but nobody's for alice; where there is such a one. */
  hidden?: (stage: Stage) => Id
  /** An id that is nobody's. */
  unknown?: Id
  /** The answer to what is missing, where it is no 404. */
  status?: number
  missing: object | null
  /** Its pattern takes digits alone: what has others is another path. */
  onlyDigits?: boolean
  /** The 400 to an id that is none, where that is not the 404 of an unknown one. */
  malformed?: object
}

/** A route that lists things. */
export type ListRow = {
  route: string
  inEnvelope?: boolean
  byStaff?: boolean
  /** Whether it takes a limit and a cursor, and what its cursor is. */
  cursor: 'id' | 'name' | 'form' | 'none'
}

/** Alice, who asks; and what is hers, and what she may not see. */
export async function setStage(world: World) {
  const [alice, bob, carol] = [
    await signUp(world, 'alice'),
    await signUp(world, 'bob'),
    await signUp(world, 'carol'),
  ]
  const root = await signUp(world, 'root')
  await join(root, 'Administrators')
  const [friend, blocker] = [await signUp(world, 'dan'), await signUp(world, 'erin')]
  await befriend(alice, friend)
  await block(blocker, alice)
  await ask(bob, alice)
  await ask(bob, carol)
  const requests = (await world.call('GET', '/api/friends/', { as: alice })).body.incoming_requests
  const foreign = (await world.call('GET', '/api/friends/', { as: carol })).body.incoming_requests
  const plan = await makePlan(world, alice)
  const hiddenPlan = await makePlan(world, bob, { visibility: 'private' })
  return {
    alice,
    root,
    bob,
    friend,
    blocker,
    contact: await addContact(world, alice),
    bobsContact: await addContact(world, bob),
    /** Bob's request to alice. */
    request: requests[0].request_id as string,
    /** Bob's request to carol. */
    foreignRequest: foreign[0].request_id as string,
    bobsSession: sessionOf(bob),
    plan: plan._id as string,
    rsvp: (await rsvpTo(world, plan, alice))._id as string,
    hiddenPlan: hiddenPlan._id as string,
    hiddenRsvp: (await rsvpTo(world, hiddenPlan, bob))._id as string,
  }
}

async function addContact(world: World, as: Person): Promise<number> {
  const json = { first_name: 'Hanako', last_name: 'Sato' }
  return (await world.call('POST', '/friends/', { json, as })).body.id
}

// ── Fields that several contracts have ───────────────────────────────────────────────────────────

export const line = (max: number): Field => ({ kind: 'text', max, blank: true })
export const requiredText: Field = { kind: 'text', required: true }
export const username: Field = { kind: 'text', max: 150 }
export const password: Field = { kind: 'text', max: 1024, required: true }
export const token: Field = { kind: 'text', max: 4096, required: true }
export const newPassword: Field = { kind: 'text', max: 256, required: true }
export const email: Field = {
  kind: 'text',
  max: 254,
  form: 'Enter a valid email address.',
}

/** What is said of a file that is no picture. */
export const noPicture =
  'Upload a valid image. The file you uploaded was either not an image or a corrupted image.'

/** Of every sign-in with a password. */
export const signInFields: Record<string, Field> = {
  username: { kind: 'text', max: 150, required: true },
  password,
  code: { kind: 'text', blank: true, nullable: true },
}
