// Many callbacks of people who come through 42 at the same time.
import { beforeEach, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { authorize, callback, fortyTwoDouble, profileOf } from '../support/fortytwo'
import { claimsOf } from '../support/golden'
import { createWorld } from '../support/world'

let fortyTwo = fortyTwoDouble()
beforeEach(() => {
  fortyTwo = fortyTwoDouble()
})
const world = createWorld({
  context: (context) => ({ ...context, providers: new Map([['42', fortyTwo]]) }),
})

/** Twenty browsers, all sent to 42 before the first of them comes back. */
function twentyBrowsers() {
  return Promise.all(Array.from({ length: 20 }, () => authorize(world)))
}

async function count(text: string, ...values: string[]): Promise<unknown> {
  return database
    .prepare(text)
    .bind(...values)
    .first('n')
}

describe('twenty callbacks at once', () => {
  it('of one new person make one account, and sign each of them in', async () => {
    const profile = profileOf('parallel', { email: 'parallel@example.org', picture: 'https://a/' })
    fortyTwo.answer = { ok: true, got: profile }
    const sent = await twentyBrowsers()
    const answers = await Promise.all(sent.map((one) => callback(world, { ...one, code: 'a' })))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const claims = answers.map(({ body }) => claimsOf(body.access_token))
    expect(new Set(claims.map((one) => one['user_id'])).size).toBe(1)
    expect(new Set(claims.map((one) => one['sid'])).size).toBe(20)
    const named = `select count(*) n from users where username_key like 'parallel%'`
    expect(await count(named)).toBe(1)
    const tied = 'select count(*) n from identities where subject = ?'
    expect(await count(tied, profile.subject)).toBe(1)
    const asked = 'select count(*) n from jobs where key = ?'
    expect(await count(asked, `avatar.fetch:42:${profile.subject}`)).toBe(1)
  })

  it('of twenty people with one login and one address give each a name of its own', async () => {
    const people = Array.from({ length: 20 }, () =>
      profileOf('same', { email: 'same@example.org' }),
    )
    fortyTwo.profile = async ({ code }) => ({ ok: true, got: people[Number(code)]! })
    const sent = await twentyBrowsers()
    const answers = await Promise.all(
      sent.map((one, i) => callback(world, { ...one, code: String(i) })),
    )
    expect(new Set(answers.map(({ body }) => claimsOf(body.access_token)['user_id'])).size).toBe(20)
    const { results } = await database
      .prepare(`select username, email from users where username_key like 'same%' order by id`)
      .all<{ username: string; email: string }>()
    const names = ['same', ...Array.from({ length: 19 }, (_, i) => `same${i + 2}`)]
    expect(results.map(({ username }) => username)).toEqual(names)
    expect(results.map(({ email }) => email)).toEqual(['same@example.org', ...Array(19).fill('')])
    expect(await count(`select count(*) n from users where password like '!%'`)).toBe(0)
  })
})
