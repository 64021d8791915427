// One session's tokens that several tabs and processes share, and refresh at the same time over a wire that
// drops requests and answers: nobody is signed out.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { tokenCredentials } from '../../client/credentials'
import { createClient, memoryStorage, type Tokens, webStorage } from '../../client/index'
import { letExpire } from './support/expiry'
import { strictServer } from './support/shared-servers'
import type { SharedServer } from './support/pool'

let server: SharedServer
let folder: string
beforeAll(async () => {
  server = await strictServer()
  folder = await mkdtemp(join(tmpdir(), 'kith-refresh-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => void vi.useRealTimers())

const password = 'a good password'
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What a browser's tabs share. */
function sharedText(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage
}

async function signUp(): Promise<Tokens> {
  const shared = webStorage(sharedText())
  const kith = createClient({ baseUrl: server.origin, storage: shared })
  await kith.signUp({ username: `alice-${crypto.randomUUID()}`, password })
  return (await shared.get())!
}

it('is refreshed once for two tabs that find it expired at the same time', async () => {
  const [text, refreshes] = [sharedText(), [] as string[]]
  const tab = () =>
    createClient({
      baseUrl: server.origin,
      storage: webStorage(text),
      fetch: (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : String(input))
        if (pathname.includes('refresh')) refreshes.push(pathname)
        return fetch(input, init)
      },
    })
  await webStorage(text).set(await signUp())
  await letExpire(webStorage(text), server.jwtSecret)
  const [one, other] = [tab(), tab()]
  const answers = await Promise.all([
    one.GET('/friends'),
    other.GET('/friends'),
    one.GET('/friends'),
  ])
  expect(answers).toEqual([[], [], []])
  expect(refreshes).toEqual(['/api/token/refresh/'])
})

it('is not asked for again once eight seconds have passed, as where a page was asleep', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const held = { access: 'an access token', refresh: 'a refresh token' }
  const [storage, ended, tries] = [memoryStorage(held), [] as unknown[], [] as number[]]
  const send = async (): Promise<Response> => {
    tries.push(Date.now())
    vi.setSystemTime(Date.now() + 5000)
    throw new TypeError('dropped')
  }
  const credentials = tokenCredentials(storage, send, (error) => ended.push(error))
  const renewed = credentials.renew({ key: held.access, account: null })
  await expect(renewed).rejects.toMatchObject({
    code: 'network',
  })
  const [first = 0] = tries
  expect(tries.map((at) => at - first)).toEqual([0, 5000])
  expect([await storage.get(), ended]).toEqual([held, []])
})

it('goes on through a thousand refreshes of four processes that lose requests and answers', async () => {
  const file = join(folder, 'tokens.json')
  await writeFile(file, JSON.stringify(await signUp()))
  const script = fileOf('support/refreshing.mjs')
  const client = fileOf('../../client/dist/credentials.js')
  const run = async (seed: number) => {
    const given = [script, client, server.origin, file, '250', String(seed)]
    const { stdout } = await promisify(execFile)(process.execPath, given)
    return JSON.parse(stdout) as { ended: string[]; dropped: number }
  }
  const done = await Promise.all([7, 42, 1001, 77_777].map(run))
  expect(done.map(({ ended }) => ended)).toEqual([[], [], [], []])
  expect(Math.min(...done.map(({ dropped }) => dropped))).toBeGreaterThan(0)
  const { access } = JSON.parse(await readFile(file, 'utf8')) as Tokens
  const whoIsThere = await fetch(`${server.origin}/friends/`, {
    headers: { authorization: `Bearer ${access}` },
  })
  expect(whoIsThere.status).toBe(200)
})
