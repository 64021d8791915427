// Contract B: plans, clause by clause.
import { beforeAll, describe, expect, it } from 'vitest'
import { anObjectId } from '../support/golden'
import { type Person, signUp } from '../support/people'
import { gameNight, makePlan, rsvpTo } from '../support/plans'
import { befriend, block } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person, bob: Person, carol: Person, dan: Person

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  carol = await signUp(world, 'carol')
  dan = await signUp(world, 'dan')
})

/** The document's plan as it is answered in a list. */
const asListed = (person: { id: number }) => ({
  _id: anObjectId,
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
  created_by: String(person.id),
  visibility: 'everyone',
  capacity: null,
  timezone: '',
  rsvp_count: 0,
  rsvp: null,
})

/** And alone. */
const asSingle = (person: { id: number }, more: object = {}) => {
  const plan = { ...asListed(person), ...more }
  return { ...plan, id: anObjectId, data: plan }
}

const notAllowed = { detail: 'You do not have permission to perform this action.' }
const notFound = { error: 'Plan not found' }
const unknown = '68dabba350510db53d9af43d'

describe('POST /api/plans/add', () => {
  it('makes the plan of the document', async () => {
    const { status, body } = await call('POST', '/api/plans/add', { json: gameNight, as: alice })
    expect([status, body]).toEqual([201, asSingle(alice)])
    expect(body.id).toBe(body._id)
    expect(body.data._id).toBe(body._id)
    expect(Number.parseInt(body._id.slice(0, 8), 16)).toBe(Math.floor(world.clock.now / 1000))
  })

  it("makes the plan of the document's curl command, whose zipcode is a number", async () => {
    const json = {
      title: 'My Event',
      description: 'A fun event',
      location: { address1: '123 Main St', city: 'Boston', state: 'MA', zipcode: 12345 },
      start_time: '2025-09-28 12:00:00',
      end_time: '2025-09-28 15:00:00',
    }
    const { status, body } = await call('POST', '/api/plans/add/', { json, as: alice })
    expect([status, body]).toEqual([
      201,
      asSingle(alice, {
        title: 'My Event',
        description: 'A fun event',
        location: { address1: '123 Main St', city: 'Boston', state: 'MA', zipcode: '12345' },
      }),
    ])
  })

  it('keeps the leading zeros of a zipcode, and leaves out what of the location was not given', async () => {
    const location = { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '02134' }
    const plan = await makePlan(world, alice, {
      location: { ...location, name: '', address2: null },
    })
    expect(plan.location).toEqual(location)
  })

  it('takes empty optional fields for none', async () => {
    const empty = {
      description: null,
      start_time: '',
      timezone: ' ',
      visibility: '',
      capacity: null,
    }
    expect(await makePlan(world, alice, empty)).toEqual(
      asSingle(alice, { description: '', start_time: null }),
    )
  })

  it('takes what no document has: visibility, capacity, time zone', async () => {
    const more = { visibility: 'private', capacity: 10, timezone: 'America/New_York' }
    expect(await makePlan(world, alice, more)).toEqual(asSingle(alice, more))
  })

  it('reads a form with dotted names for the location', async () => {
    const { location, ...rest } = gameNight
    const dotted = Object.entries(location).map(([name, text]) => [`location.${name}`, text])
    const form = { ...rest, ...Object.fromEntries(dotted) } as Record<string, string>
    const data = new FormData()
    for (const [name, text] of Object.entries(form)) data.append(name, text)
    const urlencoded = await call('POST', '/api/plans/add', { form, as: alice })
    const multipart = await call('POST', '/api/plans/add', { form: data, as: alice })
    expect([urlencoded.status, urlencoded.body]).toEqual([201, asSingle(alice)])
    expect([multipart.status, multipart.body]).toEqual([201, asSingle(alice)])
  })

  it('tells of a form what is wrong inside the location', async () => {
    const form = { title: 'x', end_time: '2025-09-28', 'location.city': '', 'location.name': '' }
    const { status, body } = await call('POST', '/api/plans/add', { form, as: alice })
    const required = ['This field is required.']
    expect([status, body]).toEqual([
      400,
      {
        end_time: [
          'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
        ],
        location: {
          address1: required,
          city: ['This field may not be blank.'],
          state: required,
          zipcode: required,
        },
      },
    ])
  })

  it('refuses a start after the end, and allows one at the end', async () => {
    const late = { ...gameNight, start_time: '2025-09-28 15:00:01' }
    const refused = await call('POST', '/api/plans/add', { json: late, as: alice })
    expect([refused.status, refused.body]).toEqual([
      400,
      { end_time: ['End time must be after start time.'] },
    ])
    const same = { ...gameNight, start_time: gameNight.end_time }
    expect((await call('POST', '/api/plans/add', { json: same, as: alice })).status).toBe(201)
  })

  it('compares times across zones, and answers them in UTC', async () => {
    const { start_time, end_time } = await makePlan(world, alice, {
      start_time: '2026-03-29T01:30:00+01:00',
      end_time: '2026-03-29T03:30:00.999+02:00',
    })
    expect([start_time, end_time]).toEqual(['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'])
  })

  it('needs a credential', async () => {
    const { status, body } = await call('POST', '/api/plans/add', { json: gameNight })
    expect([status, body]).toEqual([
      401,
      { detail: 'Authentication credentials were not provided.' },
    ])
  })
})

describe('POST /api/plans/add with a bad body', () => {
  const required = ['This field is required.']
  const blank = ['This field may not be blank.']
  const isNull = ['This field may not be null.']
  const notText = ['Not a valid string.']
  const notWhole = ['A valid integer is required.']
  const notTime = [
    'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
  ]
  const max = (n: number) => [`Ensure this field has no more than ${n} characters.`]
  const choice = (text: string) => [`"${text}" is not a valid choice.`]
  const kind = (text: string) => ({
    non_field_errors: [`Invalid data. Expected a dictionary, but got ${text}.`],
  })
  const { location } = gameNight
  const inside = (field: string, value: unknown) => ({ location: { ...location, [field]: value } })

  const badTimes = [
    '2025-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2025-13-01T12:00:00Z',
    '2025-00-10T12:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T12:60:00Z',
    '2025-01-01T12:00:60Z',
    '10000-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '0001-01-01T00:00:00+01:00',
    '2025-01-01T12:00:00+24:00',
    '2025-01-01T12:00:00 Europe/Berlin',
    '2025-01-01',
    'tomorrow',
    1_759_060_800,
    true,
    {},
    [],
  ]

  const table: [string, object, object][] = [
    ['no title', { title: undefined }, { title: required }],
    ['a title of blanks', { title: '  ' }, { title: blank }],
    ['a null title', { title: null }, { title: isNull }],
    ['a title that is true', { title: true }, { title: notText }],
    ['a title that is a list', { title: ['x'] }, { title: notText }],
    ['a title that is an object', { title: {} }, { title: notText }],
    ['a title of 201 characters', { title: '😀'.repeat(201) }, { title: max(200) }],
    ['a NUL in the title', { title: 'a\0b' }, { title: ['Null characters are not allowed.'] }],
    ['a description that is false', { description: false }, { description: notText }],
    ['a long description', { description: 'x'.repeat(10_001) }, { description: max(10_000) }],
    ['no location', { location: undefined }, { location: required }],
    ['a null location', { location: null }, { location: isNull }],
    ['a location that is text', { location: 'Boston' }, { location: kind('str') }],
    ['a location that is a list', { location: [] }, { location: kind('list') }],
    [
      'an empty location',
      { location: {} },
      { location: { address1: required, city: required, state: required, zipcode: required } },
    ],
    ...['address1', 'city', 'state', 'zipcode'].flatMap((field): [string, object, object][] => [
      [`a blank ${field}`, inside(field, ' '), { location: { [field]: blank } }],
      [`a null ${field}`, inside(field, null), { location: { [field]: isNull } }],
      [`a ${field} that is true`, inside(field, true), { location: { [field]: notText } }],
      [`a ${field} that is a list`, inside(field, []), { location: { [field]: notText } }],
    ]),
    ...['name', 'address1', 'address2', 'city', 'state'].map((field): [string, object, object] => [
      `a long ${field}`,
      inside(field, 'x'.repeat(201)),
      { location: { [field]: max(200) } },
    ]),
    ['a name that is true', inside('name', true), { location: { name: notText } }],
    ['a long zipcode', inside('zipcode', '1'.repeat(21)), { location: { zipcode: max(20) } }],
    ['no end', { end_time: undefined }, { end_time: required }],
    ['a null end', { end_time: null }, { end_time: isNull }],
    ['a blank end', { end_time: '' }, { end_time: notTime }],
    ...badTimes.flatMap((time): [string, object, object][] => [
      [`the end ${JSON.stringify(time)}`, { end_time: time }, { end_time: notTime }],
      [`the start ${JSON.stringify(time)}`, { start_time: time }, { start_time: notTime }],
    ]),
    ['an unknown visibility', { visibility: 'secret' }, { visibility: choice('secret') }],
    ['a visibility that is true', { visibility: true }, { visibility: choice('true') }],
    [
      'a capacity of none',
      { capacity: 0 },
      { capacity: ['Ensure this value is greater than or equal to 1.'] },
    ],
    [
      'a vast capacity',
      { capacity: 1_000_001 },
      { capacity: ['Ensure this value is less than or equal to 1000000.'] },
    ],
    ['half a capacity', { capacity: 1.5 }, { capacity: notWhole }],
    ['a capacity in words', { capacity: 'ten' }, { capacity: notWhole }],
    ...['Mars/Olympus', '+02:00', 'Europe/Berlin\r\nX:1', 'x'.repeat(65)].map(
      (timezone): [string, object, object] => [
        `the time zone ${JSON.stringify(timezone)}`,
        { timezone },
        { timezone: ['A valid timezone is required.'] },
      ],
    ),
    [
      'a time zone that is a number',
      { timezone: 2 },
      { timezone: ['A valid timezone is required.'] },
    ],
    ['a time zone that is true', { timezone: true }, { timezone: notText }],
  ]

  it.each(table)('refuses %s', async (_, more, errors) => {
    const json = { ...gameNight, ...more }
    const { status, body } = await call('POST', '/api/plans/add', { json, as: alice })
    expect([status, body]).toEqual([400, errors])
  })

  it('reports everything at once', async () => {
    const json = { description: [], location: { city: '' }, start_time: 'x' }
    expect((await call('POST', '/api/plans/add', { json, as: alice })).body).toEqual({
      title: required,
      location: { address1: required, city: blank, state: required, zipcode: required },
      end_time: required,
      description: notText,
      start_time: notTime,
    })
  })
})

describe('GET /api/plans/:id', () => {
  it('answers with the plan, flat and under data', async () => {
    const plan = await makePlan(world, alice)
    const { status, body } = await call('GET', `/api/plans/${plan._id}`, { as: bob })
    expect([status, body]).toEqual([200, plan])
    expect((await call('GET', `/api/plans/${plan._id}/`, { as: bob })).body).toEqual(plan)
    expect((await call('GET', `/api/plans/${plan._id.toUpperCase()}`, { as: bob })).body).toEqual(
      plan,
    )
  })

  it("counts who goes, and names the caller's own RSVP", async () => {
    const plan = await makePlan(world, alice)
    const own = await rsvpTo(world, plan, bob, { guests: 2 })
    await rsvpTo(world, plan, carol, { status: 'maybe' })
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: bob })
    expect([body.rsvp_count, body.rsvp, body.data.rsvp]).toEqual([1, own, own])
  })

  it('tells an unknown id from a malformed one', async () => {
    const missing = await call('GET', `/api/plans/${unknown}`, { as: alice })
    expect([missing.status, missing.body]).toEqual([404, notFound])
    for (const id of ['1', 'x'.repeat(24), `${unknown}0`, '68dabba350510db53d9af43%20']) {
      const { status, body } = await call('GET', `/api/plans/${id}`, { as: alice })
      expect([status, body]).toEqual([400, { error: 'Invalid ID' }])
    }
  })

  it('asks the session first, also for a malformed id', async () => {
    const erin = await signUp(world, 'erin')
    await call('POST', '/accounts/logout', { as: erin, json: { refresh: erin.refresh } })
    expect((await call('GET', '/api/plans/1', { as: erin })).status).toBe(401)
    expect((await call('GET', `/api/plans/${unknown}`, { as: erin })).status).toBe(401)
    const late = { ...gameNight, start_time: '2026-01-01 00:00' }
    expect((await call('POST', '/api/plans/add', { json: late, as: erin })).status).toBe(401)
  })

  it('says which methods there are', async () => {
    const { status, body, headers } = await call('POST', `/api/plans/${unknown}`, { as: alice })
    expect([status, body]).toEqual([405, { detail: 'Method "POST" not allowed.' }])
    expect(headers.get('allow')).toBe('GET, HEAD')
  })
})

describe.each(['PUT', 'PATCH'])('%s /api/plans/:id/edit', (method) => {
  it('changes the title that was sent', async () => {
    const plan = await makePlan(world, alice)
    const json = { title: "Alex's Game Night!" }
    const { status, body } = await call(method, `/api/plans/${plan._id}/edit`, { json, as: alice })
    const changed = { ...plan, ...json, data: { ...plan.data, ...json } }
    expect([status, body]).toEqual([200, changed])
    expect((await call('GET', `/api/plans/${plan._id}`, { as: alice })).body).toEqual(changed)
  })

  it('replaces the whole location, and empties what was sent empty', async () => {
    const plan = await makePlan(world, alice, { capacity: 3, timezone: 'Europe/Berlin' })
    const json = {
      location: { address1: '2 side st', city: 'Salem', state: 'MA', zipcode: 1970 },
      description: '',
      start_time: null,
      capacity: '',
      timezone: null,
    }
    const { body } = await call(method, `/api/plans/${plan._id}/edit`, { json, as: alice })
    expect(body.data).toEqual({
      ...plan.data,
      location: { ...json.location, zipcode: '1970' },
      description: '',
      start_time: null,
      capacity: null,
      timezone: '',
    })
  })

  it('never opens a plan by an empty visibility', async () => {
    const plan = await makePlan(world, alice, { visibility: 'private' })
    for (const visibility of ['', null]) {
      const json = { visibility, title: 'x' }
      const { body } = await call(method, `/api/plans/${plan._id}/edit`, { json, as: alice })
      expect(body.visibility).toBe('private')
    }
  })

  it('holds the start against the end that is stored', async () => {
    const plan = await makePlan(world, alice)
    const edit = (json: object) => call(method, `/api/plans/${plan._id}/edit`, { json, as: alice })
    const refused = { end_time: ['End time must be after start time.'] }
    expect((await edit({ start_time: '2025-09-28 15:00:01' })).body).toEqual(refused)
    expect((await edit({ end_time: '2025-09-28 11:59:59' })).body).toEqual(refused)
    expect((await edit({ start_time: null, end_time: '2025-09-28 11:59:59' })).status).toBe(200)
  })

  it('tells inside the location what is missing', async () => {
    const plan = await makePlan(world, alice)
    const json = { location: { city: 'Salem' }, title: null }
    const { status, body } = await call(method, `/api/plans/${plan._id}/edit`, { json, as: alice })
    const required = ['This field is required.']
    expect([status, body]).toEqual([
      400,
      {
        title: ['This field may not be null.'],
        location: { address1: required, state: required, zipcode: required },
      },
    ])
  })

  it('is for the creator only', async () => {
    const plan = await makePlan(world, alice)
    const path = `/api/plans/${plan._id}/edit`
    const { status, body } = await call(method, path, { json: { title: 'x' }, as: bob })
    expect([status, body]).toEqual([403, notAllowed])
    expect((await call('GET', `/api/plans/${plan._id}`, { as: bob })).body).toEqual(plan)
  })

  it('knows no plan under an unknown or malformed id', async () => {
    const json = { title: 'x' }
    const missing = await call(method, `/api/plans/${unknown}/edit`, { json, as: alice })
    expect([missing.status, missing.body]).toEqual([404, notFound])
    const malformed = await call(method, '/api/plans/7/edit', { json, as: alice })
    expect([malformed.status, malformed.body]).toEqual([400, { error: 'Invalid ID' }])
  })
})

describe('DELETE /api/plans/:id/delete', () => {
  it('deletes the plan and its RSVPs', async () => {
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    const path = `/api/plans/${plan._id}/delete`
    const { status, body } = await call('DELETE', path, { as: alice })
    expect([status, body]).toEqual([200, { message: `Event ${plan._id} deleted successfully` }])
    expect((await call('GET', `/api/plans/${plan._id}`, { as: alice })).body).toEqual(notFound)
    const { body: own } = await call('GET', '/api/rsvp/user', { as: bob })
    expect(own.data.filter((rsvp: any) => rsvp.plan_id === plan._id)).toEqual([])
    const again = await call('DELETE', path, { as: alice })
    expect([again.status, again.body]).toEqual([404, notFound])
  })

  it('is for the creator only', async () => {
    const plan = await makePlan(world, alice)
    const refused = await call('DELETE', `/api/plans/${plan._id}/delete`, { as: bob })
    expect([refused.status, refused.body]).toEqual([403, notAllowed])
    expect((await call('GET', `/api/plans/${plan._id}`, { as: bob })).status).toBe(200)
  })

  it('tells an unknown id from a malformed one', async () => {
    const missing = await call('DELETE', `/api/plans/${unknown}/delete`, { as: alice })
    expect([missing.status, missing.body]).toEqual([404, notFound])
    const malformed = await call('DELETE', '/api/plans/7/delete', { as: alice })
    expect([malformed.status, malformed.body]).toEqual([400, { error: 'Invalid ID' }])
  })
})

describe('GET /api/plans', () => {
  /** Plans of people of their own, a day apart, so that nothing else is between them. */
  async function aWeek(year: number) {
    const anna = await signUp(world, 'anna')
    const titles = ['Mon', 'Tue', 'Wed', 'Thu']
    for (const [i, title] of titles.entries()) {
      await makePlan(world, anna, {
        title,
        start_time: `${year}-01-0${i + 1}T10:00:00Z`,
        end_time: `${year}-01-0${i + 1}T12:00:00Z`,
      })
    }
    const list = async (query: string, as = anna) => {
      const answer = await call('GET', `/api/plans${query}`, { as })
      return { ...answer, titles: answer.body.map((plan: any) => plan.title) }
    }
    return { anna, list }
  }

  it('answers plans as the document shows them', async () => {
    const erin = await signUp(world, 'erin')
    await makePlan(world, erin)
    const { status, body, headers } = await call('GET', '/api/plans/?mine=true', { as: erin })
    expect([status, body]).toEqual([200, [asListed(erin)]])
    expect(headers.get('link')).toBeNull()
  })

  it('orders by start, by the end where there is none', async () => {
    const { anna, list } = await aWeek(2031)
    await makePlan(world, anna, { title: '?', start_time: '', end_time: '2031-01-02T11:00:00Z' })
    expect((await list('?mine=true')).titles).toEqual(['Mon', 'Tue', '?', 'Wed', 'Thu'])
  })

  it('filters by start and end', async () => {
    const { list } = await aWeek(2032)
    const titles = async (query: string) => (await list(`?mine=1&${query}`)).titles
    expect(await titles('start_time=2032-01-02T10:00:00Z')).toEqual(['Tue', 'Wed', 'Thu'])
    expect(await titles('start_time=2032-01-02T10:00:01Z')).toEqual(['Wed', 'Thu'])
    expect(await titles('end_time=2032-01-02T12:00:00Z')).toEqual(['Mon', 'Tue'])
    expect(await titles('end_time=2032-01-02T11:59:59Z')).toEqual(['Mon'])
    expect(await titles('start_time=&end_time=')).toEqual(['Mon', 'Tue', 'Wed', 'Thu'])
  })

  it('goes back in time, page by page', async () => {
    const { list } = await aWeek(2033)
    const first = await list('?mine=true&limit=3')
    expect(first.titles).toEqual(['Tue', 'Wed', 'Thu'])
    const [, link] = /^<http:\/\/kith\.test(.*)>; rel="next"$/.exec(first.headers.get('link')!)!
    const second = await list(link!.replace('/api/plans', ''))
    expect(second.titles).toEqual(['Mon'])
    expect(second.headers.get('link')).toBeNull()
  })

  it('keeps plans of one start apart across pages', async () => {
    const erin = await signUp(world, 'erin')
    for (const title of ['a', 'b', 'c']) await makePlan(world, erin, { title })
    const seen: string[] = []
    let path = '/api/plans?mine=true&limit=1'
    for (let page = 0; page < 3; page++) {
      const { body, headers } = await call('GET', path, { as: erin })
      seen.push(...body.map((plan: any) => plan.title))
      path = /<(.*)>/.exec(headers.get('link') ?? '')?.[1] ?? ''
    }
    expect([seen.toSorted(), path]).toEqual([['a', 'b', 'c'], ''])
  })

  it("answers one's own and friends' with friends=true, one's own with friends=false", async () => {
    const { anna, list } = await aWeek(2034)
    const fred = await signUp(world, 'fred')
    await befriend(anna, fred)
    await makePlan(world, fred, { title: 'Own' })
    await makePlan(world, anna, { title: 'Closed', visibility: 'private' })
    await makePlan(world, anna, { title: 'Friends', visibility: 'friends' })
    expect((await list('?friends=true', fred)).titles.toSorted()).toEqual(
      ['Friends', 'Own', 'Mon', 'Tue', 'Wed', 'Thu'].toSorted(),
    )
    expect((await list('?friends=false', fred)).titles).toEqual(['Own'])
    expect((await list('?mine=true&friends=true', fred)).titles).toEqual(['Own'])
    expect((await list('?friends=', fred)).titles).toEqual(expect.arrayContaining(['Own', 'Mon']))
  })

  it("counts who goes and names the caller's own RSVP", async () => {
    const { anna, list } = await aWeek(2035)
    const [plan] = (await list('?mine=true')).body
    const own = await rsvpTo(world, plan, anna)
    await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, carol, { status: 'declined' })
    const [listed] = (await list('?mine=true')).body
    expect(listed).toEqual({ ...plan, rsvp_count: 2, rsvp: own })
  })

  it.each([
    ['start_time=yesterday', 'start_time'],
    ['end_time=2025-02-30T00:00:00Z', 'end_time'],
    ['friends=perhaps', 'friends'],
    ['mine=perhaps', 'mine'],
    ['limit=0', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=7', 'cursor'],
    ['cursor=1.xyz', 'cursor'],
  ])('refuses ?%s', async (query, field) => {
    const { status, body } = await call('GET', `/api/plans?${query}`, { as: alice })
    expect([status, Object.keys(body)]).toEqual([400, [field]])
  })
})

/** What a route of a plan's invitations answers to others, of no plan, and of a malformed id. */
async function answersOf(method: string, rest: string) {
  const plan = await makePlan(world, alice)
  const given = method === 'GET' ? {} : { json: { user_ids: [bob.id] } }
  const ask = async (id: string, as: Person) => {
    const { status, body } = await call(method, `/api/plans/${id}/${rest}`, { ...given, as })
    return [status, body]
  }
  return [await ask(plan._id, bob), await ask(unknown, alice), await ask('7', alice)]
}
const forItsCreator = [
  [403, notAllowed],
  [404, notFound],
  [400, { error: 'Invalid ID' }],
]

describe('POST /api/plans/:id/invite', () => {
  it('opens a private plan to friends, by id or by name', async () => {
    await befriend(alice, bob)
    await befriend(alice, carol)
    const plan = await makePlan(world, alice, { visibility: 'private' })
    const path = `/api/plans/${plan._id}/invite`
    const seen = async (as: any) => (await call('GET', `/api/plans/${plan._id}`, { as })).status
    expect([await seen(bob), await seen(carol)]).toEqual([404, 404])
    const byId = await call('POST', path, { json: { user_ids: [String(bob.id)] }, as: alice })
    const asBob = { user_id: String(bob.id), username: bob.username }
    const asCarol = { user_id: String(carol.id), username: carol.username }
    expect([byId.status, byId.body]).toEqual([200, { data: [asBob] }])
    const names = { usernames: [carol.username.toUpperCase(), bob.username] }
    const byName = await call('POST', `${path}/`, { json: names, as: alice })
    expect([byName.status, byName.body]).toEqual([200, { data: [asBob, asCarol] }])
    expect((await call('GET', path, { as: alice })).body).toEqual(byName.body)
    expect([await seen(bob), await seen(carol), await seen(dan)]).toEqual([200, 200, 404])
    const list = await call('GET', '/api/plans', { as: bob })
    expect(list.body.map((one: any) => one._id)).toContain(plan._id)
  })

  it('invites all who are named or nobody, and only friends', async () => {
    const erin = await signUp(world, 'erin')
    const fred = await signUp(world, 'fred')
    await befriend(erin, fred)
    const plan = await makePlan(world, erin, { visibility: 'private' })
    const path = `/api/plans/${plan._id}/invite`
    const json = {
      user_ids: [fred.id, dan.id, erin.id, 999_999],
      usernames: ['Nobody', dan.username],
    }
    const { status, body } = await call('POST', path, { json, as: erin })
    const noPk = (id: number) => `Invalid pk "${id}" - object does not exist.`
    const noName = (name: string) => `Object with username=${name} does not exist.`
    expect([status, body]).toEqual([
      400,
      {
        user_ids: [noPk(dan.id), noPk(erin.id), noPk(999_999)],
        usernames: [noName('Nobody'), noName(dan.username)],
      },
    ])
    expect((await call('GET', path, { as: erin })).body).toEqual({ data: [] })
  })

  it('tells what is wrong with the body', async () => {
    const plan = await makePlan(world, alice)
    const path = `/api/plans/${plan._id}/invite`
    const send = async (json: object) => (await call('POST', path, { json, as: alice })).body
    expect(await send({})).toEqual({ user_ids: ['This field is required.'] })
    expect(await send({ user_ids: 'x' })).toEqual({
      user_ids: ['Expected a list of items but got type "str".'],
    })
    expect(await send({ user_ids: [1, 'x'] })).toEqual({
      user_ids: { 1: ['A valid integer is required.'] },
    })
    expect(await send({ usernames: [true] })).toEqual({
      usernames: { 0: ['Not a valid string.'] },
    })
  })

  it('is for the creator only', async () => {
    expect(await answersOf('POST', 'invite')).toEqual(forItsCreator)
  })
})

describe('GET /api/plans/:id/invite', () => {
  it('lists who is invited, by id', async () => {
    const [erin, fred] = [await signUp(world, 'erin'), await signUp(world, 'fred')]
    await befriend(erin, fred)
    const plan = await makePlan(world, erin, { visibility: 'private' })
    const path = `/api/plans/${plan._id}/invite`
    const none = await call('GET', path, { as: erin })
    expect([none.status, none.body]).toEqual([200, { data: [] }])
    await call('POST', path, { json: { user_ids: [fred.id] }, as: erin })
    const asFred = { user_id: String(fred.id), username: fred.username }
    expect((await call('GET', `${path}/`, { as: erin })).body).toEqual({ data: [asFred] })
  })

  it('leaves out those whom a block parts from the creator', async () => {
    const [erin, fred] = [await signUp(world, 'erin'), await signUp(world, 'fred')]
    await befriend(erin, fred)
    const plan = await makePlan(world, erin, { visibility: 'private' })
    const path = `/api/plans/${plan._id}/invite`
    await call('POST', path, { json: { user_ids: [fred.id] }, as: erin })
    await block(fred, erin)
    expect((await call('GET', path, { as: erin })).body).toEqual({ data: [] })
  })

  it('is for the creator only', async () => {
    expect(await answersOf('GET', 'invite')).toEqual(forItsCreator)
  })
})

describe('DELETE /api/plans/:id/invite/:user_id', () => {
  it('takes one invitation back, and may be repeated', async () => {
    const [erin, fred, gina] = [
      await signUp(world, 'erin'),
      await signUp(world, 'fred'),
      await signUp(world, 'gina'),
    ]
    for (const friend of [fred, gina]) await befriend(erin, friend)
    const plan = await makePlan(world, erin, { visibility: 'private' })
    const path = `/api/plans/${plan._id}/invite`
    await call('POST', path, { json: { user_ids: [fred.id, gina.id] }, as: erin })
    const asGina = { user_id: String(gina.id), username: gina.username }
    for (const id of [fred.id, fred.id, 'x', '0', 999_999]) {
      const { status, body } = await call('DELETE', `${path}/${id}`, { as: erin })
      expect([status, body]).toEqual([200, { data: [asGina] }])
    }
  })

  it('is for the creator only', async () => {
    expect(await answersOf('DELETE', `invite/${bob.id}`)).toEqual(forItsCreator)
  })
})

describe('DELETE /api/plans/:id/invite', () => {
  it('is for the creator only', async () => {
    expect(await answersOf('DELETE', 'invite')).toEqual(forItsCreator)
  })

  it('closes the plan again, and gives the place to the next', async () => {
    const [erin, fred, gina, hal] = [
      await signUp(world, 'erin'),
      await signUp(world, 'fred'),
      await signUp(world, 'gina'),
      await signUp(world, 'hal'),
    ]
    for (const friend of [fred, gina, hal]) await befriend(erin, friend)
    const plan = await makePlan(world, erin, { visibility: 'private', capacity: 1 })
    const path = `/api/plans/${plan._id}/invite`
    const json = { user_ids: [fred.id, gina.id, hal.id] }
    await call('POST', path, { json, as: erin })
    for (const guest of [fred, gina, hal]) await rsvpTo(world, plan, guest)
    const going = async () => {
      const { body } = await call('GET', `/api/rsvp/plan/${plan._id}`, { as: erin })
      return body.data.map((rsvp: any) => [rsvp.user_id, rsvp.status])
    }
    const one = await call('DELETE', `${path}/${fred.id}`, { as: erin })
    expect([one.status, one.body.data.length]).toEqual([200, 2])
    expect(Object.fromEntries(await going())).toEqual({
      [gina.id]: 'going',
      [hal.id]: 'waitlisted',
    })
    const names = { usernames: [gina.username, 'nobody'] }
    const body = await call('DELETE', path, { json: names, as: erin })
    expect([body.status, body.body]).toEqual([
      200,
      { data: [{ user_id: String(hal.id), username: hal.username }] },
    ])
    expect(await going()).toEqual([[String(hal.id), 'going']])
    for (const former of [fred, gina]) {
      expect((await call('GET', `/api/plans/${plan._id}`, { as: former })).status).toBe(404)
    }
  })
})
