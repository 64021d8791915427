// Sign-in through services that are not 42: all that it takes is another provider by another id.
import { describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import {
  beginProvided,
  finishProvided,
  openTicket,
} from '../../src/domain/accounts/providers/oauth'
import { addJob, runDueJobs } from '../../src/domain/base/jobs'
import { database } from '../support/database'
import { fortyTwoDouble, profileOf } from '../support/fortytwo'
import { createWorld } from '../support/world'

const [fortyTwo, elsewhere] = [fortyTwoDouble(), fortyTwoDouble()]
const providers = new Map([
  ['42', fortyTwo],
  ['elsewhere', elsewhere],
])
const world = createWorld({
  context: (context) => ({ ...context, providers }),
})
const redirectUri = 'http://kith.test/back'

/** Signs somebody in through a provider, by a browser of their own; answers with the account's id. */
const signIn = (id: string, profile: ReturnType<typeof profileOf>) =>
  world.run(async (ctx) => {
    ;(id === '42' ? fortyTwo : elsewhere).answer = { ok: true, got: profile }
    const begun = await beginProvided(ctx, id, { redirectUri, next: '' })
    const ticket = await openTicket(ctx, [begun.ticket])
    const state = ticket?.state ?? ''
    const callback = { ticket, state, code: 'a', error: '', redirectUri }
    return (await finishProvided(ctx, id, callback)).grant?.userId
  })

const tiedTo = (subject: string) =>
  database
    .prepare('select provider, user_id from identities where subject = ? order by provider')
    .bind(subject)
    .all()
    .then(({ results }) => results)

describe('a sign-in through another provider', () => {
  it('makes an account that is tied to its id there, and finds it again', async () => {
    const profile = profileOf('newcomer')
    const made = await signIn('elsewhere', profile)
    expect(await tiedTo(profile.subject)).toEqual([{ provider: 'elsewhere', user_id: made }])
    expect(await signIn('elsewhere', profile)).toBe(made)
  })

  it('is another person than the one with the same id at 42', async () => {
    const profile = profileOf('namesake')
    const there = await signIn('elsewhere', profile)
    const at42 = await signIn('42', profile)
    expect(at42).not.toBe(there)
    expect(await tiedTo(profile.subject)).toEqual([
      { provider: '42', user_id: at42 },
      { provider: 'elsewhere', user_id: there },
    ])
  })

  it('is not to be had where the deployment has not set it up', async () => {
    const begin = (id: string) =>
      world.run((ctx) => beginProvided(ctx, id, { redirectUri, next: '' }))
    await expect(begin('nowhere')).rejects.toMatchObject({ code: 'oauth.unavailable' })
  })

  it('fetches the picture from there', async () => {
    await signIn('elsewhere', profileOf('pictured', { picture: 'https://elsewhere.test/a.png' }))
    await world.run(runDueJobs)
    expect(elsewhere.pictures).toContain('https://elsewhere.test/a.png')
    expect(fortyTwo.pictures).toEqual([])
  })
})

describe('a picture that a version asked for which knew 42 alone', () => {
  it('is fetched from 42', async () => {
    const { subject } = profileOf('earlier')
    await signIn('42', profileOf('earlier', { subject }))
    const link = 'https://cdn.42.test/earlier.png'
    await world.run(async (ctx) => {
      const payload = { subject, link, until: ctx.now() + 1000 }
      await runBatch(ctx.db, { job: addJob(ctx, { kind: 'avatar.fetch', key: subject, payload }) })
      await runDueJobs(ctx)
    })
    expect(fortyTwo.pictures).toEqual([link])
  })
})
