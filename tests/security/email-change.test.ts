// Whoever has the address of an account that needs the e-mailed code gets in: so it changes, at any door,
// only soon after the sign-in or with the password. The old address is told.
import { describe, expect, it } from 'vitest'
import { kindsOf } from '../../src/domain/base/jobs'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { accountRow, join, setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const mails: unknown[] = []
const world = createWorld({
  context: (context) => ({
    ...context,
    jobKinds: {
      ...context.jobKinds,
      ...kindsOf({
        'mail.email_changed': async (_ctx, payload: unknown) => void mails.push(payload),
      }),
    },
  }),
})
const { call } = world

type Door = [name: string, change: (person: Person, email: string, password?: string) => Answer]
type Answer = ReturnType<typeof call>

const doors: Door[] = [
  [
    'POST /users/update/ (C)',
    (as, email, password) =>
      call('POST', '/users/update/', { json: { email, ...(password ? { password } : {}) }, as }),
  ],
  [
    'PATCH /users/<id>/ (E)',
    (as, email, password) =>
      call('PATCH', `/users/${as.id}/`, { json: { email, ...(password ? { password } : {}) }, as }),
  ],
]

const refusal = { email: ['Sign in again or send your password to change this.'] }

async function someone(codeRequired = true) {
  const alice = await signUp(world, 'alice')
  const old = `${alice.username}@example.com`
  await setEmail(alice, old, codeRequired)
  return { alice, old, next: `new-${old}` }
}

/** As `POST /twofa/send-code/` leaves one. */
const openCode = ({ id }: Person) =>
  database
    .prepare('insert into codes (user_id, hash, created_at, expires_at) values (?, ?, ?, ?)')
    .bind(id, 'of a code', world.clock.now, world.clock.now + 600_000)
    .run()

async function openCodes({ id }: Person): Promise<number> {
  const sql = 'select count(*) as n from codes where user_id = ?'
  return (await database.prepare(sql).bind(id).first<{ n: number }>())!.n
}

const emailOf = async (person: Person) => (await accountRow(person))['email']

describe.each(doors)('%s', (_name, change) => {
  it('changes the address soon after the sign-in, and tells the old one', async () => {
    const { alice, old, next } = await someone()
    world.clock.advance(599_000)
    expect((await change(alice, next)).status).toBe(200)
    expect(await emailOf(alice)).toBe(next)
    expect(mails).toContainEqual({ userId: alice.id, to: old })
  })

  it('ends the open code, which went to the old address; the same address leaves it', async () => {
    const { alice, old, next } = await someone()
    await openCode(alice)
    expect((await change(alice, old)).status).toBe(200)
    expect(await openCodes(alice)).toBe(1)
    expect((await change(alice, next)).status).toBe(200)
    expect(await openCodes(alice)).toBe(0)
  })

  it('refuses later, and writes and tells nothing', async () => {
    const { alice, old, next } = await someone()
    world.clock.advance(600_000)
    const before = mails.length
    const { status, body } = await change(alice, next)
    expect([status, body, await emailOf(alice)]).toEqual([400, refusal, old])
    expect(mails).toHaveLength(before)
    const jobs = await database
      .prepare(`select * from jobs where kind = 'mail.email_changed'`)
      .all()
    expect(jobs.results).toEqual([])
  })

  it('takes the password later; a wrong one is none, and counts', async () => {
    const { alice, old, next } = await someone()
    world.clock.advance(600_000)
    const wrong = await change(alice, next, 'not the password')
    expect([wrong.status, wrong.body, await emailOf(alice)]).toEqual([400, refusal, old])
    expect((await change(alice, next, alice.password)).status).toBe(200)
    expect(await emailOf(alice)).toBe(next)
    for (let i = 0; i < 9; i++) await change(alice, old, 'not the password')
    const closed = await change(alice, old, alice.password)
    expect([closed.status, await emailOf(alice)]).toEqual([429, next])
  })

  it('does not ask where the address stays as it is', async () => {
    const { alice, old } = await someone()
    world.clock.advance(600_000)
    expect((await change(alice, old)).status).toBe(200)
  })

  it('does not ask an account that needs no code, whatever the password', async () => {
    const { alice, next } = await someone(false)
    world.clock.advance(600_000)
    expect((await change(alice, next, 'not the password')).status).toBe(200)
    expect(await emailOf(alice)).toBe(next)
  })
})

describe('an administrator who changes the address of somebody else', () => {
  it('shows to be who they are, by the own password', async () => {
    const { alice, old, next } = await someone()
    const root = await signUp(world, 'root')
    await join(root, 'Administrators')
    const change = (password?: string) =>
      call('PATCH', `/users/${alice.id}/`, {
        json: { email: next, ...(password ? { password } : {}) },
        as: root,
      })
    world.clock.advance(600_000)
    for (const password of [undefined, alice.password]) {
      const { status, body } = await change(password)
      expect([status, body, await emailOf(alice)]).toEqual([400, refusal, old])
    }
    expect((await change(root.password)).status).toBe(200)
    expect(await emailOf(alice)).toBe(next)
    expect(mails).toContainEqual({ userId: alice.id, to: old })
  })
})

describe('an account that needs the code', () => {
  it('is never left without an address', async () => {
    const { alice, old } = await someone()
    const { status, body } = await call('PATCH', `/users/${alice.id}/`, {
      json: { email: '' },
      as: alice,
    })
    expect([status, body, await emailOf(alice)]).toEqual([
      400,
      { email: ['This field may not be blank.'] },
      old,
    ])
  })

  it('changes it in D with the password that D always asks for', async () => {
    const { alice, old, next } = await someone()
    world.clock.advance(600_000)
    const json = { validation_password: alice.password, email: next }
    const { status } = await call('PATCH', '/users/user_details/sensitive/', { json, as: alice })
    expect([status, await emailOf(alice)]).toEqual([200, next])
    expect(mails).toContainEqual({ userId: alice.id, to: old })
  })

  it('changes it together with the password', async () => {
    const { alice, next } = await someone()
    world.clock.advance(600_000)
    const json = { validation_password: alice.password, email: next, password: 'a brand new one' }
    const { status } = await call('PATCH', '/users/user_details/sensitive/', { json, as: alice })
    expect([status, await emailOf(alice)]).toEqual([200, next])
  })
})
