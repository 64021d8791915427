// Sign-ups of one name at the same time, in spellings that are the same name without regard to case in
// Unicode's way: one account, and contract A's answer for all others.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { aToken } from '../support/golden'
import { createWorld } from '../support/world'

const world = createWorld()

const created = [201, { message: 'User created successfully', refresh: aToken, access: aToken }]
const taken = [400, { error: 'Username already exists' }]

async function signUp(username: string) {
  const json = { username, password: 'testpass' }
  const { status, body } = await world.call('POST', '/accounts/signup/', { json })
  return [status, body]
}

async function countAccounts(): Promise<number> {
  const row = await database.prepare('select count(*) as n from users').first<{ n: number }>()
  return row!.n
}

describe('sign-ups of one name at the same time', () => {
  it.each([
    ['one spelling', ['alice', 'alice', 'alice', 'alice']],
    ['upper and lower case', ['bob', 'BOB', 'Bob', 'bOb']],
    ['blanks around it', ['carol', ' carol', 'carol ', '\tcarol\n']],
    ['full-width letters', ['dan', 'ｄａｎ', 'ＤＡＮ', 'dａn']],
    ['ß, ẞ and ss', ['strauß', 'STRAUSS', 'strauss', 'STRAUẞ']],
    ['both small sigmas', ['ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύσ', 'Ὀδυσσεύς']],
    ['composed and decomposed letters', ['zoë', 'zoe\u0308', 'ZOË', 'ZOE\u0308']],
    ['ligatures', ['steﬃ', 'steffi', 'STEFFI', 'stefﬁ']],
    ['Cherokee, whose small letters came later', ['ꮳꮃꭹ', 'ᏣᎳᎩ', 'ꮳᎳᎩ', 'Ꮳꮃꭹ']],
    ['the Kelvin and Angstrom signs', ['\u212Bk', 'åk', 'Å\u212A', 'å\u212A']],
  ])('make one account: %s', async (_, spellings) => {
    const before = await countAccounts()
    const answers = await Promise.all(spellings.map(signUp))
    const bestFirst = answers.toSorted(([a], [b]) => Number(a) - Number(b))
    expect(bestFirst).toEqual([created, taken, taken, taken])
    expect(await countAccounts()).toBe(before + 1)
    // Whatever spelling won, the others sign in to it.
    const json = { username: spellings[3], password: 'testpass' }
    const { status } = await world.call('POST', '/accounts/login/', { json })
    expect(status).toBe(200)
  })

  it('leave no session to those that lost', async () => {
    const sessions = async () =>
      (await database.prepare('select count(*) as n from sessions').first<{ n: number }>())!.n
    const before = await sessions()
    await Promise.all(['eve', 'EVE', 'Eve'].map(signUp))
    expect(await sessions()).toBe(before + 1)
  })

  it('make as many accounts as there are names', async () => {
    const names = ['zoe', 'zoé', 'zoee', 'z0e']
    expect(await Promise.all(names.map(signUp))).toEqual(names.map(() => created))
  })
})

describe('many rounds', () => {
  it('end with one account each', async () => {
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all([`frank-${round}`, `FRANK-${round}`].map(signUp))
      expect(new Set(answers.map(([status]) => status))).toEqual(new Set([201, 400]))
    }
  })
})
