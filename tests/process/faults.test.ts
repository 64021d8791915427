// A real dev server whose runtime is killed in the middle of everything: what was acknowledged is there
// afterwards, once; nothing is half done; and what was under way is finished within a minute.
// `npm run test:faults` is the long form, FAULTS_ROUNDS and FAULTS_SEED say how long and which.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevServer, startDevServer } from './support/dev-server'
import { chatWriter } from './support/faults/chat'
import { contactWriter } from './support/faults/contacts'
import { friendWriter } from './support/faults/friends'
import { leaverWriter } from './support/faults/leavers'
import { pictureWriter } from './support/faults/pictures'
import { randomOf } from './support/faults/random'
import { rsvpWriters } from './support/faults/rsvps'
import { Service } from './support/faults/service'
import { sessionWriter } from './support/faults/sessions'
import { comeToRest, killOnce, type Storm } from './support/faults/storm'
import type { Stage, Writer } from './support/faults/writer'

const isFull = process.env['FAULTS_FULL'] === '1'
const rounds = Number(process.env['FAULTS_ROUNDS'] ?? (isFull ? 10 : 2))
const seed = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 1_000_000_000))

/** Beside vitest, which shows a test's output only when it fails. */
const say = (line: string) => void process.stderr.write(`${line}\n`)

let server: DevServer
beforeAll(async () => {
  server = await startDevServer({
    LIMIT_CHAT_MESSAGES: '1000000/5',
    LIMIT_FRAMES: '1000000/1',
    LIMIT_RSVPS: '1000000/60',
    LIMIT_CONTACTS: '1000000/60',
    LIMIT_FRIENDS_ASKED: '1000000/60',
    LIMIT_UPLOADS: '1000000/60',
    ACCESS_TOKEN_SECONDS: '7200',
  })
}, 90_000)
afterAll(() => server.stop())

async function setUp(service: Service): Promise<Writer[]> {
  const names = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank', 'grace', 'heidi']
  const people = await Promise.all(names.map((name) => service.signUp(name)))
  // Who may block each other share nothing else, so that no block gets in the way of other things.
  const stage = (name: string, one: number, other = one): Stage => ({
    service,
    random: randomOf(seed, name),
    one: people.at(one)!,
    other: people.at(other)!,
  })
  const guests = [0, 1, 2, 3, 4].map((guest) => stage(`guest ${guest}`, guest))
  return [
    contactWriter(stage('contacts', 7)),
    sessionWriter(stage('sessions', 7)),
    pictureWriter(stage('pictures', 7)),
    friendWriter(stage('friends 1', 0, 1)),
    friendWriter(stage('friends 2', 2, 3)),
    ...(await rsvpWriters(stage('host', 6), guests)),
    await leaverWriter(stage('leavers', 6, 5)),
    await chatWriter(stage('chat', 6, 7)),
  ]
}

/** How the last changes of everything went. */
const historiesOf = (writers: Writer[]) =>
  writers
    .flatMap(({ name, ledger }) => [name, ...ledger.history.map((line) => `  ${line.join(', ')}`)])
    .join('\n')

describe('a runtime that is killed in the middle of everything', () => {
  it(
    'has lost nothing and left nothing half done',
    async () => {
      say(`faults: seed ${seed} (FAULTS_SEED=${seed} asks for the same again), ${rounds} kills`)
      const service = new Service(server)
      const random = randomOf(seed, 'kills')
      const storm: Storm = { service, writers: await setUp(service), random, isHurried: !isFull }
      for (let number = 1; number <= rounds; number++) {
        const { line, faults } = await killOnce(storm, number)
        say(`faults: ${line}`)
        if (faults.length > 0) say(historiesOf(storm.writers))
        expect({ seed, faults }).toEqual({ seed, faults: [] })
      }
      expect({ seed, faults: await comeToRest(storm) }).toEqual({ seed, faults: [] })
      const failed = server.log().filter((line) => /"status":5\d\d/.test(line))
      expect({ seed, failed }).toEqual({ seed, failed: [] })
    },
    90_000 + rounds * 90_000,
  )
})
