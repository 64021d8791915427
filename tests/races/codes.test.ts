// The e-mailed code under many requests at once: what is counted and used up is so in the write itself.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  askForCode,
  type CodePerson,
  registerWithCode,
  signInWithCode,
  wrongFor,
} from '../support/code-people'
import { database, serviceDatabase, withBatches } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

const mailbox = createMailbox()
// The password's own limits are not what is looked at here.
const world = createWorld({
  context: mailbox.context,
  env: {
    LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: '1000/300',
    LIMIT_PASSWORD_NEW_ADDRESSES: '1000/300',
    LIMIT_PASSWORD_ADDRESS: '1000/300',
  },
})
const { call, clock } = world

// A test's wrong passwords close no door to the next one.
beforeEach(() => mailbox.move())

const times = (count: number, work: (nth: number) => Promise<{ status: number }>) =>
  Promise.all(Array.from({ length: count }, (_, nth) => work(nth)))
const statusCounts = (answers: { status: number }[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
const rowsOf = async <T>(text: string, username: string): Promise<T[]> => {
  const { DB } = world.bindings
  const [result] = await DB.batch<T>([DB.prepare(text).bind(username.toLowerCase())])
  return result!.results
}
const sessionsOf = ({ username }: CodePerson) =>
  rowsOf(
    'select id from sessions where user_id = (select id from users where username_key = ?)',
    username,
  )
const codeOf = ({ username }: CodePerson) =>
  rowsOf<{ wrong_tries: number }>(
    'select wrong_tries from codes where user_id = (select id from users where username_key = ?)',
    username,
  )

describe('at the same time', () => {
  it('twenty sign-ins with one right code make one session', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const doors = ['/auth/login/', '/accounts/login/', '/api/token/']
    const { username, password } = alice
    const answers = await times(20, (nth) =>
      call('POST', doors[nth % 3]!, { json: { username, password, code } }),
    )
    expect(statusCounts(answers)[200]).toBe(1)
    expect((await sessionsOf(alice)).length).toBe(1)
    expect(await codeOf(alice)).toEqual([])
  }, 30_000)

  it('of thirty wrong codes five are compared', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const answers = await times(30, (nth) => signInWithCode(world, alice, wrongFor(code, nth + 1)))
    expect(statusCounts(answers)[200]).toBe(undefined)
    expect(await codeOf(alice)).toEqual([{ wrong_tries: 5 }])
    expect(await sessionsOf(alice)).toEqual([])
    clock.advance(60 * 60_000)
    const next = await askForCode(world, mailbox, alice)
    expect((await signInWithCode(world, alice, next)).status).toBe(200)
  }, 30_000)

  it('the right code among thirty gets in only while fewer than five wrong ones came before', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const answers = await times(30, (nth) =>
      signInWithCode(world, alice, nth === 29 ? code : wrongFor(code, nth + 1)),
    )
    const entered = answers.filter(({ status }) => status === 200).length
    const left = await codeOf(alice)
    // Used up, or dead: never both, never neither.
    expect([entered, left]).toEqual(entered === 1 ? [1, []] : [0, [{ wrong_tries: 5 }]])
    expect((await sessionsOf(alice)).length).toBe(entered)
  }, 30_000)

  it('wrong passwords burn no code', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const mallory = { ...alice, password: 'not the password' }
    const answers = await times(20, (nth) =>
      signInWithCode(world, mallory, nth % 2 ? code : wrongFor(code)),
    )
    expect(statusCounts(answers)).toEqual({ 400: 20 })
    expect(await codeOf(alice)).toEqual([{ wrong_tries: 0 }])
    expect((await signInWithCode(world, alice, code)).status).toBe(200)
  }, 30_000)

  it('twenty who ask for a code get one mail', async () => {
    const { username, email } = await registerWithCode(world, 'alice')
    await times(20, () => call('POST', '/twofa/send-code/', { json: { username, email } }))
    expect(mailbox.to(email).length).toBe(1)
  })

  it('the code that is switched on between the password and the session is asked for', async () => {
    const { username, password } = await signUp(world, 'dan')
    let trips = 0
    const between = withBatches(serviceDatabase, async (run) => {
      // The first trip reads the account, the second writes the session.
      if (++trips === 2) {
        await database
          .prepare('update users set code_required = 1 where username_key = ?')
          .bind(username)
          .run()
      }
      return run()
    })
    const slow = createWorld({ context: (ctx) => ({ ...mailbox.context(ctx), db: between }) })
    const { status, body } = await slow.call('POST', '/accounts/login/', {
      json: { username, password },
    })
    expect([trips, status, body.code]).toEqual([2, 401, 'code_required'])
  })
})
