// Calendars, read back with a parser that somebody else wrote.
import ICAL from 'ical.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { noCredentials } from '../support/golden'
import { type Person, signUp } from '../support/people'
import { gameNight, makePlan, rsvpTo } from '../support/plans'
import { befriend, block, part, unblock } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person, bob: Person

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
})

type Event = {
  uid: string
  sequence: number
  summary: string
  description: string
  location: string
  start: string
  end: string
  stamp: string
  status: string | null
}

/** The events of a file, and the lines that it is made of. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent').map((component): Event => {
    const event = new ICAL.Event(component)
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      description: event.description ?? '',
      location: event.location,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      stamp: (component.getFirstPropertyValue('dtstamp') as ICAL.Time).toJSDate().toISOString(),
      status: component.getFirstPropertyValue('status') as string | null,
    }
  })
  return { calendar, events, lines: text.split('\r\n') }
}

const fileOf = (plan: { _id: string }, as: Person, headers: Record<string, string> = {}) =>
  call('GET', `/api/plans/${plan._id}.ics`, { as, headers })

const readFile = async (plan: { _id: string }, as: Person) => read((await fileOf(plan, as)).text)

/** Makes a person's feed; answers with its path. */
async function feedOf(as: Person): Promise<string> {
  const { status, body } = await call('POST', '/api/calendar/', { as })
  expect([status, body]).toEqual([
    201,
    { url: expect.stringMatching(/^http:\/\/kith\.test\/calendar\/[0-9a-f]{64}\.ics$/) },
  ])
  return new URL(body.url).pathname
}

/** The titles in a feed. */
async function titlesAt(path: string): Promise<string[]> {
  const { status, text } = await call('GET', path)
  expect(status).toBe(200)
  return read(text).events.map(({ summary }) => summary)
}

describe('GET /api/plans/:file{.+[.]ics}', () => {
  it('is the plan as an iCalendar file', async () => {
    const plan = await makePlan(world, alice)
    const { status, headers, text } = await fileOf(plan, bob)
    expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
      `inline; filename="plan-${plan._id}.ics"`,
    ])
    const { calendar, events } = read(text)
    expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
    expect(calendar.getFirstPropertyValue('prodid')).toBe('-//Kith//Plans//EN')
    expect(events).toEqual([
      {
        uid: `${plan._id}@plans.kith`,
        sequence: 0,
        summary: 'Game Night',
        description: 'Lots of fun and laughters with friends.',
        location: "John's house, 1 main st, Boston, MA 12345",
        start: '2025-09-28T12:00:00.000Z',
        end: '2025-09-28T15:00:00.000Z',
        stamp: '2026-01-15T10:30:00.000Z',
        status: null,
      },
    ])
    expect((await call('GET', `/api/plans/${plan._id}.ics/`, { as: bob })).text).toBe(text)
  })

  it('keeps its UID while SEQUENCE and DTSTAMP grow with each edit', async () => {
    const plan = await makePlan(world, alice)
    const [before] = (await readFile(plan, bob)).events
    world.clock.advance(60_000)
    for (const title of ['One', 'Two']) {
      await call('PATCH', `/api/plans/${plan._id}/edit`, { json: { title }, as: alice })
    }
    expect((await readFile(plan, bob)).events).toEqual([
      {
        ...before,
        sequence: before!.sequence + 2,
        summary: 'Two',
        stamp: new Date(world.clock.now).toISOString(),
      },
    ])
  })

  it('writes every time in UTC, on both sides of a change to summer time', async () => {
    const plan = await makePlan(world, alice, {
      // Berlin's clocks went from 02:00 to 03:00 on 29 March 2026: this lasts one hour.
      start_time: '2026-03-29T01:30:00+01:00',
      end_time: '2026-03-29T03:30:00+02:00',
      timezone: 'Europe/Berlin',
    })
    const { calendar, events, lines } = await readFile(plan, bob)
    expect([events[0]!.start, events[0]!.end]).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
    ])
    expect(lines).toContain('DTSTART:20260329T003000Z')
    expect(lines).toContain('DTEND:20260329T013000Z')
    expect(calendar.getFirstPropertyValue('x-wr-timezone')).toBe('Europe/Berlin')
  })

  it('has an event without DTEND where start and end are one, or there is no start', async () => {
    for (const start_time of ['', gameNight.end_time]) {
      const plan = await makePlan(world, alice, { start_time })
      const { lines, events } = await readFile(plan, bob)
      expect(lines).toContain('DTSTART:20250928T150000Z')
      expect(lines.filter((line) => line.startsWith('DTEND'))).toEqual([])
      expect(events[0]!.end).toBe('2025-09-28T15:00:00.000Z')
    }
  })

  it.each([
    ['separators', 'a,b;c\\d:e"f'],
    ['a line that wants to be a property', 'x\r\nATTENDEE:mailto:eve@example.org'],
    ['bare line breaks', 'x\nBEGIN:VEVENT\rEND:VCALENDAR'],
    ['an escaped n', 'a\\nb \\N'],
    ['emoji that do not fit one line', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(15)],
    ['umlauts over many lines', 'äöüß'.repeat(45)],
    ['right to left', 'שלום '.repeat(30).trim()],
    ['exactly one line', 'x'.repeat(67)],
    ['one octet more', 'x'.repeat(68)],
  ])('reads back a title with %s', async (_, title) => {
    const plan = await makePlan(world, alice, { title, description: title })
    const { events, lines } = await readFile(plan, bob)
    const sent = title.replaceAll(/\r\n?/g, '\n')
    expect(events.map(({ summary, description }) => [summary, description])).toEqual([[sent, sent]])
    for (const line of lines) {
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
      expect(line).not.toMatch(/[\r\n]/)
      expect(line.isWellFormed()).toBe(true)
    }
    expect(lines.at(-1)).toBe('')
    const begins = lines.filter((line) => /^(BEGIN|END|ATTENDEE)/.test(line))
    expect(begins).toEqual(['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'END:VEVENT', 'END:VCALENDAR'])
  })

  it('leaves out control characters, which no calendar text may hold', async () => {
    const plan = await makePlan(world, alice, { title: 'a\u0007b\u001bc\td\u007fe' })
    expect((await readFile(plan, bob)).events[0]!.summary).toBe('abc\tde')
  })

  it('answers 304 to who has it, until it changes', async () => {
    const plan = await makePlan(world, alice)
    const first = await fileOf(plan, bob)
    const tag = first.headers.get('etag')!
    expect(tag).toMatch(/^"\w+"$/)
    world.clock.advance(600_000)
    for (const value of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const { status, text, headers } = await fileOf(plan, bob, { 'if-none-match': value })
      expect([status, text, headers.get('etag')]).toEqual([304, '', tag])
    }
    expect((await fileOf(plan, bob, { 'if-none-match': '"other"' })).status).toBe(200)
    const json = { description: 'new' }
    await call('PATCH', `/api/plans/${plan._id}/edit`, { json, as: alice })
    const { status, headers } = await fileOf(plan, bob, { 'if-none-match': tag })
    expect([status, headers.get('etag') === tag]).toEqual([200, false])
  })

  it('knows no file of a plan that is not there, whatever tag is sent', async () => {
    const unknown = { _id: '68dabba350510db53d9af43d' }
    const missing = await fileOf(unknown, bob, { 'if-none-match': '*' })
    expect([missing.status, missing.body]).toEqual([404, { error: 'Plan not found' }])
    const malformed = await fileOf({ _id: '7' }, bob)
    expect([malformed.status, malformed.body]).toEqual([400, { error: 'Invalid ID' }])
    const nobody = await call('GET', `/api/plans/${unknown._id}.ics`)
    expect(nobody.status).toBe(401)
  })
})

describe('GET /calendar/:file{.+[.]ics}', () => {
  it('holds the plans one goes to, by start', async () => {
    const carol = await signUp(world, 'carol')
    const path = await feedOf(carol)
    expect(await titlesAt(path)).toEqual([])
    const times = (day: number) => ({
      start_time: `2026-02-0${day} 10:00`,
      end_time: `2026-02-0${day} 12:00`,
    })
    for (const [day, title, status] of [
      [3, 'Third', 'going'],
      [1, 'First', 'going'],
      [2, 'Maybe', 'maybe'],
      [4, 'No', 'declined'],
    ] as const) {
      await rsvpTo(world, await makePlan(world, alice, { title, ...times(day) }), carol, { status })
    }
    const full = await makePlan(world, alice, { title: 'Full', capacity: 1 })
    await rsvpTo(world, full, alice)
    await rsvpTo(world, full, carol)
    await makePlan(world, carol, { title: 'Made, but not going' })
    expect(await titlesAt(path)).toEqual(['First', 'Third'])
    // A place that becomes free is in the calendar at once.
    await call('DELETE', `/api/rsvp/plan/${full._id}/delete`, { as: alice })
    expect((await titlesAt(path)).toSorted()).toEqual(['First', 'Full', 'Third'])
  })

  it('has the same event as the file of the plan, and answers 304', async () => {
    const carol = await signUp(world, 'carol')
    const path = await feedOf(carol)
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, carol)
    const feed = await call('GET', path)
    expect(feed.headers.get('cache-control')).toBe('private, no-cache')
    expect(read(feed.text).events).toEqual((await readFile(plan, carol)).events)
    const tag = feed.headers.get('etag')!
    const headers = { 'if-none-match': tag }
    expect((await call('GET', path, { headers })).status).toBe(304)
    await call('PATCH', `/api/plans/${plan._id}/edit`, { json: { title: 'New' }, as: alice })
    expect((await call('GET', path, { headers })).status).toBe(200)
  })

  it('loses what one may no longer see: closed, deleted, unfriended, blocked', async () => {
    const carol = await signUp(world, 'carol')
    const dan = await signUp(world, 'dan')
    await befriend(dan, carol)
    const path = await feedOf(carol)
    const open = await makePlan(world, dan, { title: 'Open' })
    const friends = await makePlan(world, dan, { title: 'Friends', visibility: 'friends' })
    const gone = await makePlan(world, dan, { title: 'Gone' })
    for (const plan of [open, friends, gone]) await rsvpTo(world, plan, carol)
    expect((await titlesAt(path)).toSorted()).toEqual(['Friends', 'Gone', 'Open'])
    await call('DELETE', `/api/plans/${gone._id}/delete`, { as: dan })
    expect((await titlesAt(path)).toSorted()).toEqual(['Friends', 'Open'])
    await part(dan, carol)
    expect(await titlesAt(path)).toEqual(['Open'])
    await block(dan, carol)
    expect(await titlesAt(path)).toEqual([])
    await unblock(dan, carol)
    await block(carol, dan)
    expect(await titlesAt(path)).toEqual([])
  })

  it('knows nothing at any other address', async () => {
    const path = await feedOf(await signUp(world, 'carol'))
    const others = [
      path.replace(/.{5}\.ics$/, '00000.ics'),
      path.toUpperCase().replace('/CALENDAR/', '/calendar/').replace('.ICS', '.ics'),
      '/calendar/.ics',
      '/calendar/x.ics',
    ]
    for (const other of others) expect((await call('GET', other)).status).toBe(404)
    expect((await call('GET', `${path}/`)).status).toBe(200)
  })
})

describe('POST /api/calendar', () => {
  it('opens the feed at a new address, and closes the one before', async () => {
    const carol = await signUp(world, 'carol')
    const first = await feedOf(carol)
    const second = await feedOf(carol)
    expect(second).not.toBe(first)
    const missing = await call('GET', first)
    expect([missing.status, missing.body]).toEqual([404, { detail: 'Not found.' }])
    expect((await call('GET', second)).status).toBe(200)
  })

  it('is for those who are signed in', async () => {
    const { status, body } = await call('POST', '/api/calendar')
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('DELETE /api/calendar', () => {
  it('closes the feed, and may be repeated', async () => {
    const carol = await signUp(world, 'carol')
    const path = await feedOf(carol)
    for (let time = 0; time < 2; time++) {
      const { status, text } = await call('DELETE', '/api/calendar', { as: carol })
      expect([status, text]).toEqual([204, ''])
    }
    expect((await call('GET', path)).status).toBe(404)
  })

  it('is for those who are signed in', async () => {
    const { status, body } = await call('DELETE', '/api/calendar')
    expect([status, body]).toEqual([401, noCredentials])
  })
})
