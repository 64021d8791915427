// What others' clients send that is no example of a document: texts in another form than ours that mean
// the same. One literal request each.
import ICAL from 'ical.js'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { type Person, signUp } from '../support/people'
import { gameNight, makePlan } from '../support/plans'
import { createWorld } from '../support/world'

const mailbox = createMailbox()
const world = createWorld({ context: mailbox.context })
const { call } = world

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

describe('a password in the other normal form', () => {
  it.each([
    ['NFC', 'NFD'],
    ['NFD', 'NFC'],
  ])('signs in: set in %s, sent in %s', async (set, sent) => {
    const username = `mañana-${set}`
    const made = await call('POST', '/accounts/signup/', {
      json: { username, password: 'mañana-123'.normalize(set) },
    })
    expect(made.status).toBe(201)
    const json = { username, password: 'mañana-123'.normalize(sent) }
    expect((await call('POST', '/accounts/login/', { json })).status).toBe(200)
  })

  it('is the same password twice', async () => {
    const { status, body } = await call('POST', '/auth/registration/', {
      json: {
        username: 'mañana-twice',
        email: 'twice@example.org',
        password1: 'mañana-123'.normalize('NFC'),
        password2: 'mañana-123'.normalize('NFD'),
      },
    })
    expect([status, body]).toEqual([
      201,
      { detail: 'User registered successfully. Please log in.' },
    ])
  })
})

describe('a code as it is typed', () => {
  it.each([' ', '-', '\u00a0', '\u2011'])('signs in with %j in its middle', async (between) => {
    const username = `typist-${between.codePointAt(0)}`
    const email = `${username}@example.org`
    const password = 'popopopo0987'
    await call('POST', '/auth/registration/', {
      json: { username, email, password1: password, password2: password },
    })
    await call('POST', '/twofa/send-code/', { json: { username, email } })
    const sent = mailbox.codeFor(email)
    const code = `${sent.slice(0, 3)}${between}${sent.slice(3)}`
    const { status } = await call('POST', '/auth/login/', { json: { username, password, code } })
    expect(status).toBe(200)
  })
})

describe('a phone number as people write it', () => {
  it('is stored and answered in E.164', async () => {
    const json = {
      validation_password: alice.password,
      phone_number: '\u202a+1\u00a0(212) 555-0123\u202c',
    }
    const changed = await call('PATCH', '/users/user_details/sensitive/', { json, as: alice })
    expect([changed.status, changed.body.payload.data.phone_number]).toEqual([200, '+12125550123'])
  })
})

describe('an e-mail at a domain in letters of its own', () => {
  it('is taken, and is one address with its form in the DNS', async () => {
    const register = (username: string, email: string) =>
      call('POST', '/api/register/', { json: { username, password: 'correct horse 9', email } })
    const { status, body } = await register('ada-of-münchen', 'user@münchen.de')
    expect([status, body.email]).toEqual([201, 'user@münchen.de'])
    for (const email of ['user@xn--mnchen-3ya.de', 'USER@MÜNCHEN.DE', 'user@mu\u0308nchen.de']) {
      const again = await register('eve-of-münchen', email)
      expect([email, again.status, again.body]).toEqual([
        email,
        400,
        { email: ['A user with this email already exists.'] },
      ])
    }
  })
})

describe('an empty calendar feed', () => {
  it('has a component, for readers that demand one', async () => {
    const { body } = await call('POST', '/api/calendar', { as: alice })
    const { text } = await call('GET', new URL(body.url).pathname)
    expect(text).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Kith//Plans//EN',
        'NAME:Plans',
        'X-WR-CALNAME:Plans',
        'BEGIN:VTIMEZONE',
        'TZID:UTC',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'TZOFFSETFROM:+0000',
        'TZOFFSETTO:+0000',
        'TZNAME:UTC',
        'END:STANDARD',
        'END:VTIMEZONE',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
    const parsed = ICAL.parse(text) as unknown[]
    const [component] = new ICAL.Component(parsed as never).getAllSubcomponents()
    const zone = new ICAL.Timezone(component!)
    expect([zone.tzid, zone.utcOffset(ICAL.Time.now())]).toEqual(['UTC', 0])
  })
})

describe('a fraction of a second', () => {
  const times = { start_time: '2027-05-01T10:00:00.400Z', end_time: '2027-05-01T12:00:00,600Z' }

  it('is neither stored nor compared, as it is not answered', async () => {
    const bob = await signUp(world, 'bob')
    const plan = await makePlan(world, bob, times)
    expect([plan.start_time, plan.end_time]).toEqual([
      '2027-05-01T10:00:00Z',
      '2027-05-01T12:00:00Z',
    ])
    for (const query of [
      'end_time=2027-05-01T12:00:00Z',
      'start_time=2027-05-01T10:00:00Z',
      'start_time=2027-05-01T10:00:00.900Z&end_time=2027-05-01T12:00:00.100Z',
    ]) {
      const { body } = await call('GET', `/api/plans?mine=true&${query}`, { as: bob })
      expect([query, body.map(({ _id }: { _id: string }) => _id)]).toEqual([query, [plan._id]])
    }
    const edit = { end_time: '2027-05-01T10:00:00.100Z' }
    const edited = await call('PATCH', `/api/plans/${plan._id}/edit`, { json: edit, as: bob })
    expect([edited.status, edited.body.end_time]).toEqual([200, '2027-05-01T10:00:00Z'])
    const file = await call('GET', `/api/plans/${plan._id}.ics`, { as: bob })
    expect(file.text).toContain('DTSTART:20270501T100000Z')
    expect(file.text).not.toContain('DTEND')
  })

  it('that was stored before is left out by a migration', async () => {
    const plan = await makePlan(world, alice, { title: 'Before' })
    const before = Date.parse('1969-12-31T23:59:59.600Z')
    await database
      .prepare('update plans set start_time = null, end_time = ?, sort_time = ? where id = ?')
      .bind(before, before, plan._id)
      .run()
    const { queries } = env.TEST_MIGRATIONS.find(({ name }) => name.includes('whole_seconds'))!
    for (const query of queries) await database.prepare(query).run()
    const row = await database
      .prepare('select start_time, end_time, sort_time from plans where id = ?')
      .bind(plan._id)
      .first()
    const whole = Date.parse('1969-12-31T23:59:59Z')
    expect(row).toEqual({ start_time: null, end_time: whole, sort_time: whole })
  })
})

describe('a time zone in another letter case', () => {
  it('is written as the database has it', async () => {
    const plan = await makePlan(world, alice, { timezone: 'europe/berlin' })
    expect(plan.timezone).toBe('Europe/Berlin')
    const { text } = await call('GET', `/api/plans/${plan._id}.ics`, { as: alice })
    expect(text).toContain('X-WR-TIMEZONE:Europe/Berlin\r\n')
    const json = { ...gameNight, timezone: 'europe/atlantis' }
    const bad = await call('POST', '/api/plans/add', { json, as: alice })
    expect([bad.status, bad.body]).toEqual([400, { timezone: ['A valid timezone is required.'] }])
  })
})

describe('a path of a picture with letters that no address has', () => {
  it('is kept as it is (C), and is an address where a link is shown (D)', async () => {
    const json = { avatar: '/jpeg of segments' }
    const { status } = await call('POST', '/users/update/', { json, as: alice })
    const { body } = await call('GET', '/users/user_details/', { as: alice })
    const link = body.payload.profile_picture as string
    expect([status, new URL(link).pathname, link.endsWith('/media/jpeg%20of%20segments')]).toEqual([
      200,
      '/media/jpeg%20of%20segments',
      true,
    ])
  })
})

describe('what is sent back as it is stored', () => {
  const update = (json: object, as: Person) => call('POST', '/users/update/', { json, as })
  const recordOf = ({ username }: Person) => expect.objectContaining({ username })

  it('is no change: no address', async () => {
    const bob = await signUp(world, 'bob')
    const json = { username: bob.username, email: '', avatar: 'avatars/default.png', password: '' }
    const { status, body } = await update(json, bob)
    expect([status, body]).toEqual([200, recordOf(bob)])
  })

  it('takes no address away', async () => {
    const bob = await signUp(world, 'bob')
    expect((await update({ email: `${bob.username}@example.org` }, bob)).status).toBe(200)
    const { status, body } = await update({ username: 'somebody-else', email: '' }, bob)
    expect([status, body]).toEqual([400, { email: ['This field may not be blank.'] }])
    const me = await call('GET', '/users/user_details/', { as: bob })
    expect(me.body.payload).toMatchObject({
      username: bob.username,
      email: `${bob.username}@example.org`,
    })
  })

  it('is no change: a name from the time when invisible letters were taken', async () => {
    const bob = await signUp(world, 'bob')
    const old = `${bob.username}\u1160`
    await database
      .prepare('update users set username = ?, username_key = ? where id = ?')
      .bind(old, old, bob.id)
      .run()
    expect((await update({ username: old, email: '' }, bob)).status).toBe(200)
    const inD = { json: { username: old, bio: 'as before' }, as: bob }
    expect((await call('PATCH', '/users/user_details/', inD)).status).toBe(200)
    for (const username of [`${bob.username}\u3164x`, `x${old}`]) {
      const { status, body } = await update({ username }, bob)
      expect([status, body]).toEqual([
        400,
        {
          username: [
            'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
          ],
        },
      ])
    }
    const sent = await call('POST', '/accounts/login/', {
      json: { username: old, password: bob.password },
    })
    expect(sent.status).toBe(200)
  })
})
