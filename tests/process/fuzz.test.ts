// Every operation of /openapi.json under generated requests, good and hostile, against a real dev server:
// what is answered is in the document, whatever was sent, and nobody else’s things are touched by it.
// A failure prints what to set to send the same again (KITH_FUZZ_SEED, KITH_FUZZ_ONLY, KITH_FUZZ_PATH).
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeFrames } from '../support/described'
import { makeBystander, whatBystanderHas } from './fuzz/bystander'
import { newTally, report, type Sending, sendToAll, type Settings } from './fuzz/campaign'
import {
  framesFor,
  goodMessage,
  heartbeat,
  LiveSocket,
  ownBounds,
  shapesTo,
  type Sign,
} from './fuzz/frames'
import { createMemory, type Memory } from './fuzz/memory'
import { type Call, caller, furnish, lookAround, type Person, signUp } from './fuzz/people'
import { type Operation, operationsOf } from './fuzz/requests'
import type { Schema } from './fuzz/values'
import { verdictBy } from './fuzz/verdict'
import { type DevServer, startDevServer } from './support/dev-server'

const seed = Number(process.env['KITH_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** Requests to each operation. */
const runs = Number(process.env['KITH_FUZZ_RUNS'] ?? 5)
/** The ids of the only operations to send to, with commas between; `chat` or `me` for the sockets. */
const only = process.env['KITH_FUZZ_ONLY']
/** Of fast-check: goes straight to the value that failed. */
const path = process.env['KITH_FUZZ_PATH'] ? { path: process.env['KITH_FUZZ_PATH'] } : {}
const isMeant = (id: string) => only === undefined || only.split(',').includes(id)
const senders = only === undefined ? 3 : 1
/** Also where other work has the machine; in milliseconds. */
const timeMax = 180_000 + runs * 20_000

/** Counters that would refuse most of what is sent, before anything looks at it. */
const open = '1000000/60'
const limits = {
  LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: open,
  LIMIT_PASSWORD_NEW_ADDRESSES: open,
  LIMIT_PASSWORD_ADDRESS: open,
  LIMIT_CODES_SENT: open,
  LIMIT_WRONG_CODES: open,
  LIMIT_EXPORTS: open,
  LIMIT_RENAMES: open,
  LIMIT_CHAT_MESSAGES: open,
  LIMIT_FRAMES: open,
  LIMIT_BAD_FRAMES: open,
  SOCKETS_PER_PERSON: '1000',
  LIMIT_PASSWORD_RIGHT: open,
  LIMIT_FRIENDS_ASKED: open,
  LIMIT_CONVERSATIONS_STARTED: open,
  LIMIT_PLANS: open,
  LIMIT_CONTACTS: open,
  LIMIT_INVITATIONS: open,
  LIMIT_RSVPS: open,
  LIMIT_TICKETS: open,
  LIMIT_UPLOADS: open,
  LIMIT_SEARCHES: open,
  LIMIT_NOTICES_SENT: open,
  LIMIT_EMAIL_CHANGES: open,
}

let server: DevServer
let call: Call
let operations: Operation[]
let lists: string[]
let everybody: Memory
let settings: Settings
beforeAll(async () => {
  server = await startDevServer(limits)
  call = caller(server.origin)
  const document: Schema = await call('GET', '/openapi.json')
  operations = operationsOf(document)
  lists = operations
    .filter(({ method, path, tags }) => method === 'GET' && !path.includes('{') && isPlain(tags))
    .map(({ path }) => path)
  everybody = createMemory(operations.map(({ path }) => path))
  const verdict = verdictBy(document)
  settings = { port: server.port, call, newSender, verdict, seed, runs, path }
}, 180_000)
afterAll(() => server.stop())

const isPlain = (tags: string[]) => !tags.includes('The service') && !tags.includes('Live sockets')

/** Also where all went well, when vitest shows no log. */
const say = (text: string) => process.stdout.write(`fuzz: ${text}\n`)

/** What went wrong in the service, whoever was told of it. */
const faultsInLog = () =>
  server
    .log()
    .filter((line) => line.includes('"cause"') && !line.includes('"event":"not_configured"'))

/** Somebody who has one of most things, all of which the requests can name. */
async function newSender(): Promise<Sending> {
  const person = await signUp(call, 'alice')
  const paths = operations.map(({ path }) => path)
  const memory = createMemory(paths, everybody)
  await furnish(call, memory, person)
  await lookAround(call, memory, lists, person)
  return { person, memory, isGood: true }
}

async function newAdministrator(): Promise<Person> {
  const person = await signUp(call, 'root')
  const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url))
  const place = ['--persist-to', server.directory]
  await promisify(execFile)(process.execPath, [script, person.username, ...place])
  return person
}

describe('whatever is sent to any operation', () => {
  it(
    'is answered as the document says, and touches nobody else’s things',
    async () => {
      const meant = operations.filter(({ id }) => isMeant(id))
      const bystander = await makeBystander(call)
      await lookAround(call, everybody, lists, bystander.person)
      const before = await whatBystanderHas(call, bystander)
      const people = await Promise.all(Array.from({ length: senders }, newSender))
      const tally = newTally()
      await sendToAll(meant, people, settings, tally)
      say(report(meant, settings, tally))
      expect(tally.failures).toEqual([])
      expect(await whatBystanderHas(call, bystander)).toEqual(before)
      expect(faultsInLog()).toEqual([])
    },
    timeMax,
  )

  it(
    'is so also when an administrator sends it to what administrators work with',
    async () => {
      const meant = operations.filter(
        ({ id, tags }) => isMeant(id) && tags.includes('Cookies and administration'),
      )
      let root = await newAdministrator()
      const promote = ({ id }: Person) => call('PATCH', `/users/${id}`, { groups: [1] }, root)
      // Whom their own requests have cost the right is given it back; root can be whom they have removed.
      const prepare = async (person: Person) => {
        const isDone = await promote(person).then(Boolean, () => false)
        if (isDone) return
        root = await newAdministrator()
        await promote(person)
      }
      const tally = newTally()
      await sendToAll(meant, [await newSender()], { ...settings, prepare }, tally)
      say(report(meant, settings, tally))
      expect(tally.failures).toEqual([])
      expect(faultsInLog()).toEqual([])
    },
    timeMax,
  )
})

describe('whatever is sent into a live socket', () => {
  /** Sends frames made for a channel of /asyncapi.json; says what failed. */
  async function sendFrames(
    name: string,
    address: string,
    person: Person,
    sign: Sign,
    bounds?: typeof ownBounds,
  ) {
    const sockets: Schema = await call('GET', '/asyncapi.json')
    const judged = judgeFrames(sockets)
    const { port } = server
    const { pathname } = new URL(address, server.origin)
    const faultsOf = (frame: unknown) => judged(pathname, frame)
    const socket = new LiveSocket(port, address, person.access, sign, faultsOf, bounds)
    const property = fc.asyncProperty(framesFor(shapesTo(sockets, 'chat')), async (draft) => {
      const faults = await socket.try(draft)
      if (faults.length > 0) throw new Error(faults.join('\n'))
    })
    const numRuns = isMeant(name) ? runs * 5 : 0
    const done = await fc.check(property, { seed, numRuns, ...path })
    socket.end()
    say(`KITH_FUZZ_SEED=${seed}: ${done.numRuns} times frames into ${address}`)
    const again = `KITH_FUZZ_SEED=${seed} KITH_FUZZ_ONLY=${name} KITH_FUZZ_PATH=${done.counterexamplePath}`
    return [...(done.failed ? [`${String(done.errorInstance)}\n${again}`] : []), ...faultsInLog()]
  }

  it(
    'is answered in a chat or ends it as documented, and what comes after it is taken',
    async () => {
      const [alice, carol] = [await signUp(call, 'alice'), await signUp(call, 'carol')]
      const partner = { username: carol.username }
      const { conversation_id } = await call('POST', '/conversations/start', partner, alice)
      const address = `/ws/chat/${conversation_id}?events=true`
      expect(await sendFrames('chat', address, alice, goodMessage)).toEqual([])
    },
    timeMax,
  )

  it(
    'costs a person’s own socket nothing, or ends it as documented',
    async () => {
      const alice = await signUp(call, 'alice')
      expect(await sendFrames('me', '/ws/me', alice, heartbeat, ownBounds)).toEqual([])
    },
    timeMax,
  )
})
