// How people want to hear of things: what is off by kind and channel, quiet hours, and texts in pushes.
import { beforeAll, describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import type { State } from '../../src/domain/base/context'
import { listening, type Person } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

/** Whose devices were told of what, in order. */
const told: [id: number, state: State][] = []
const world = createWorld({
  context: (context) => ({
    ...context,
    people: {
      ...context.people,
      async notify(person, state) {
        told.push([person.id, state])
        await context.people.notify(person, state)
      },
    },
  }),
})
const { call } = world
const path = '/api/me/notification-preferences/'

const both = { feed: true, push: true }
const defaults = {
  kinds: {
    'account.security': both,
    'friend_request.received': both,
    'friend_request.answered': both,
    'rsvp.changed': both,
    'rsvp.promoted': both,
    'plan.invited': both,
    'plan.changed': both,
    'plan.cancelled': both,
    'message.created': { push: true },
  },
  locked: { 'account.security': ['feed'] },
  quiet_hours: null,
  show_text: true,
}

const preferencesOf = async (as: Person) => {
  const { status, body } = await call('GET', path, { as })
  expect(status).toBe(200)
  return body
}
const change = (json: object, as: Person) => call('PATCH', path, { json, as })
const feedOf = async (as: Person): Promise<any[]> =>
  (await call('GET', '/api/notifications/', { as })).body

describe('GET /api/me/notification-preferences', () => {
  it('has everything on until somebody says otherwise', async () => {
    const [alice] = await makePeople(world, 'alice')
    expect(await preferencesOf(alice)).toEqual(defaults)
  })

  it('needs a credential', async () => {
    const { status, body } = await call('GET', path)
    const detail = 'Authentication credentials were not provided.'
    expect([status, body]).toEqual([401, { detail }])
  })
})

describe('PATCH /api/me/notification-preferences', () => {
  it('changes what is named, and answers with all of it', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const first = await change({ kinds: { 'rsvp.changed': { push: false } } }, alice)
    const kinds = { ...defaults.kinds, 'rsvp.changed': { feed: true, push: false } }
    expect([first.status, first.body]).toEqual([200, { ...defaults, kinds }])
    const quiet_hours = { from: '22:00', to: '07:30', timezone: 'Europe/Berlin' }
    const more = { kinds: { 'message.created': { push: false } }, quiet_hours, show_text: false }
    kinds['message.created'] = { push: false }
    const second = await change(more, alice)
    expect(second.body).toEqual({ ...defaults, kinds, quiet_hours, show_text: false })
    expect(await preferencesOf(alice)).toEqual(second.body)
    expect((await change({}, alice)).body).toEqual(second.body)
    const back = await change(
      {
        kinds: { 'rsvp.changed': { push: true }, 'message.created': { push: true } },
        quiet_hours: null,
        show_text: true,
      },
      alice,
    )
    expect(back.body).toEqual(defaults)
    expect(await preferencesOf(bob)).toEqual(defaults)
  })

  it('writes the zone as the database of zones does', async () => {
    const [alice] = await makePeople(world, 'alice')
    const quiet_hours = { from: '00:00', to: '23:59', timezone: 'europe/berlin' }
    const { body } = await change({ quiet_hours }, alice)
    expect(body.quiet_hours).toEqual({ ...quiet_hours, timezone: 'Europe/Berlin' })
  })

  it('leaves what has been switched off out of the feed, per kind', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await change({ kinds: { 'rsvp.changed': { feed: false } } }, alice)
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    await call('POST', `/api/friends/request/${alice.id}/`, { as: bob })
    expect((await feedOf(alice)).map(({ kind }) => kind)).toEqual(['friend_request.received'])
    await change({ kinds: { 'rsvp.changed': { feed: true } } }, alice)
    await rsvpTo(world, plan, carol)
    expect((await feedOf(alice)).map(({ kind, count }) => [kind, count])).toEqual([
      ['rsvp.changed', 1],
      ['friend_request.received', 1],
    ])
  })

  it('keeps all of fifty changes at once', async () => {
    const [alice] = await makePeople(world, 'alice')
    const kinds = Object.entries(defaults.kinds).flatMap(([kind, channels]) =>
      Object.keys(channels)
        .filter((channel) => kind !== 'account.security' || channel === 'push')
        .map((channel) => ({ [kind]: { [channel]: false } })),
    )
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => change({ kinds: kinds[n % kinds.length] }, alice)),
    )
    const { kinds: now } = await preferencesOf(alice)
    const on = Object.entries(now as Record<string, Record<string, boolean>>).flatMap(
      ([kind, channels]) =>
        Object.keys(channels).flatMap((one) => (channels[one] ? [`${kind}.${one}`] : [])),
    )
    expect(on).toEqual(['account.security.feed'])
  })

  it('says all that is wrong, by field, and changes nothing', async () => {
    const [alice] = await makePeople(world, 'alice')
    const noBoolean = ['Must be a valid boolean.']
    const { status, body } = await change(
      {
        kinds: {
          'rsvp.changed': { push: false, mail: false },
          'message.created': { feed: false },
          'account.security': { feed: false, push: 'perhaps' },
          'plan.invited': 'off',
          'plan.eaten': { feed: false },
        },
        quiet_hours: { from: '24:00', to: '7', timezone: 'Europe/Kith' },
        show_text: 'perhaps',
      },
      alice,
    )
    const noTime = ['Time has wrong format. Use one of these formats instead: HH:MM.']
    expect([status, body]).toEqual([
      400,
      {
        kinds: {
          'rsvp.changed': { mail: ['"mail" is not a valid choice.'] },
          'message.created': { feed: ['"feed" is not a valid choice.'] },
          'account.security': { feed: ['This cannot be switched off.'], push: noBoolean },
          'plan.invited': {
            non_field_errors: ['Invalid data. Expected a dictionary, but got str.'],
          },
          'plan.eaten': ['"plan.eaten" is not a valid choice.'],
        },
        quiet_hours: { from: noTime, to: noTime, timezone: ['A valid timezone is required.'] },
        show_text: noBoolean,
      },
    ])
    for (const [quiet_hours, wrong] of [
      [
        { from: '07:00', to: '07:00', timezone: 'UTC' },
        { to: ['This must be another time than the beginning.'] },
      ],
      [
        { from: '07:00' },
        { to: ['This field is required.'], timezone: ['This field is required.'] },
      ],
    ]) {
      const answer = await change({ quiet_hours }, alice)
      expect([answer.status, answer.body]).toEqual([400, { quiet_hours: wrong }])
    }
    expect(await preferencesOf(alice)).toEqual(defaults)
  })
})

describe('a person’s other devices', () => {
  it('are told that something has changed, if they may listen, and where something has', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await call('POST', `/api/friends/request/${alice.id}/`, { as: bob })
    const path = '/api/notifications/'
    const [{ id }] = (await feedOf(alice)) as [any]
    const post = (verb: string, json: object) =>
      call('POST', `${path}${verb}/`, { json, as: alice })
    const changed = (what: string) => [alice.id, { type: 'changed', what }]
    told.length = 0
    await change({ show_text: false }, alice)
    expect(told).toEqual([])
    await listening(alice)
    const off = { kinds: { 'rsvp.changed': { push: false } } }
    const steps: [() => Promise<unknown>, string | null][] = [
      [() => change(off, alice), 'notification_preferences'],
      [() => change(off, alice), null],
      [() => post('seen', { up_to: 1 }), 'notifications'],
      [() => post('seen', { up_to: 1 }), null],
      [() => post('read', { ids: [id] }), 'notifications'],
      [() => post('read', { ids: [id] }), null],
      [() => post('read', { up_to: 1 }), null],
      [() => call('DELETE', `${path}${id}/`, { as: alice }), 'notifications'],
      [() => call('DELETE', `${path}${id}/`, { as: alice }), null],
      [() => call('DELETE', `${path}?up_to=9`, { as: alice }), null],
    ]
    for (const [step, what] of steps) {
      told.length = 0
      await step()
      expect(told).toEqual(what === null ? [] : [changed(what)])
    }
  })
})
