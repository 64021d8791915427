// All that a measurement needs: the Workers, a seeded database, and people who are signed in.
import { SignJWT } from 'jose'
import { bundle } from './build.ts'
import { add, type Counts, nothing } from './counts.ts'
import type { Cast } from './endpoints.ts'
import { make, type Side, sideAt } from './load.ts'
import { progress } from './progress.ts'
import { runtimeClock } from './runtime-cpu.ts'
import { people, seed, sessionIdOf } from './seed.ts'
import { serve, settings } from './serve.ts'

export type Stage = {
  cast: Cast
  /** The production bundle. */
  service: Side
  /** The same, with as many sign-ins at once as a deployment has. */
  limited: Side
  bare: Side
  /** `new Response('hello')`, and nothing else. */
  hello: Side
  /** The service with the first stages of its pipeline alone (`workers/staged.ts`). */
  staged: Side
  /** The service with counters. */
  counting: Side
  /** What the counting service was asked for since the last time. */
  takeCounts(): Promise<Counts>
  /** Lets an object of the counting service live through a span of time at once. */
  passTime(kind: 'room' | 'person', name: number, milliseconds: number): Promise<void>
  /** Processor time of the runtime in milliseconds, where it can be read. */
  clock: (() => number) | null
  close(): Promise<void>
}

const password = 'a good password'
const signers = ['signer1', 'signer2', 'signer3', 'signer4']
const entries = {
  kith: 'src/index.ts',
  bare: 'bench/workers/bare/index.ts',
  hello: 'bench/workers/hello.ts',
  staged: 'bench/workers/staged.ts',
  counting: 'bench/workers/counting.ts',
}

/** Bundles the Workers once; a stage of any size can be set with them. */
export async function bundles(): Promise<Record<string, string>> {
  progress('bundling')
  const names = Object.keys(entries) as (keyof typeof entries)[]
  const made = await Promise.all(names.map((name) => bundle(name, entries[name])))
  const built = Object.fromEntries(names.map((name, i) => [name, made[i]!]))
  return { ...built, limited: built['kith']! }
}

export async function setStage(built: Record<string, string>, crowd: number): Promise<Stage> {
  const { miniflare, originOf, faults } = await serve(built)
  const db = await miniflare.getD1Database('DB', 'kith')
  await seed(db, crowd, Date.now(), (done) =>
    progress(`${crowd} people: seeding, ${Math.round(100 * done)} %`),
  )
  const token = await tokens()
  const side = (name: keyof typeof entries | 'limited') => sideAt(originOf(name), token)
  const [service, bare, counting] = [side('kith'), side('bare'), side('counting')]
  const [limited, hello, staged] = [side('limited'), side('hello'), side('staged')]
  const cast = { crowd, signers, password, refreshTokens: await signUp(service) }
  const bench = (path: string, status: number) =>
    make(counting, { method: 'GET', path: `/bench/${path}`, status })
  return {
    cast,
    service,
    limited,
    bare,
    hello,
    staged,
    counting,
    takeCounts: async () => add(nothing, JSON.parse(await bench('counts', 200)) as Counts),
    async passTime(kind, name, milliseconds) {
      await bench(`pass-time?class=${kind}&name=${name}&ms=${milliseconds}`, 204)
    },
    clock: runtimeClock(),
    async close() {
      for (const { agent } of [service, limited, bare, hello, staged, counting]) agent.destroy()
      await miniflare.dispose()
      if (faults.length > 0) {
        console.error(`The Workers logged ${faults.length} faults, such as:\n${faults[0]}`)
      }
    },
  }
}

/** Access tokens of the measured people's sessions. */
async function tokens(): Promise<Side['token']> {
  const key = new TextEncoder().encode(settings.JWT_SECRET)
  const now = Math.floor(Date.now() / 1000)
  const known = new Map<string, string>()
  for (const userId of [...people.readers, ...people.writers, ...people.chatters]) {
    for (const session of [1, 2]) {
      const sid = sessionIdOf(userId, session)
      const claims = { token_type: 'access', exp: now + 86_400, iat: now, user_id: userId, sid }
      const token = await new SignJWT({ ...claims, jti: `${userId}-${session}` })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(key)
      known.set(`${userId}/${session}`, token)
    }
  }
  return (userId, session = 1) => known.get(`${userId}/${session}`)!
}

/** Makes the people who sign in by password; answers with their refresh tokens. */
async function signUp(service: Side): Promise<string[]> {
  const answers = await Promise.all(
    signers.map((username) => {
      const json = { username, password }
      return make(service, { method: 'POST', path: '/accounts/signup/', json, status: 201 })
    }),
  )
  return answers.map((text) => (JSON.parse(text) as { refresh: string }).refresh)
}
