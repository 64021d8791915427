// `npm run cost`: what the calls of each endpoint cost at Cloudflare's prices, and a person's month of chat.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { root } from './build.ts'
import { openSocket, pause } from './chat.ts'
import { countCall } from './count.ts'
import { type Counts, nothing, times } from './counts.ts'
import { comparedWrites, type Endpoint, otherWrites, reads } from './endpoints.ts'
import { command, type CostFlags, costFlags } from './flags.ts'
import { make } from './load.ts'
import { Numbers } from './measure.ts'
import { openingCalls, personMonth, profile } from './person-month.ts'
import {
  addBilled,
  assumed,
  type Billed,
  billed,
  dearest,
  monthlyBill,
  priceOfMillion,
  prices,
  pricesAsOf,
  storagePrices,
  timesBilled,
} from './prices.ts'
import { progress } from './progress.ts'
import { chatConversation, people } from './seed.ts'
import { bundles, setStage, type Stage } from './stage.ts'
import { short, table } from './table.ts'

/** A call, or another thing that happens, with what it costs. `cpu` in milliseconds. */
type Priced = { name: string; counts: Counts; cpu: number; billed: Billed; perMillion: number }

/** Where the processor's time cannot be read: a read of this service on a machine of 2026. */
const cpuWithoutProc = 3
/** Calls over which the processor's time is averaged. */
const cpuCalls = 24

async function cost(flags: CostFlags): Promise<void> {
  const stage = await setStage(await bundles(), flags.people)
  try {
    const calls = await priceCalls(stage)
    const live = await priceSockets(stage)
    progress('')
    print(stage, [...calls, ...live])
    printMonth([...calls, ...live])
    printSources()
    if (flags.out) {
      const text = JSON.stringify({ pricesAsOf, prices, calls: [...calls, ...live] }, null, 2)
      await writeFile(resolve(root, flags.out), `${text}\n`)
    }
  } finally {
    await stage.close()
  }
}

function priced(name: string, counts: Counts, cpu: number): Priced {
  const amounts = billed(counts, cpu)
  return { name, counts, cpu, billed: amounts, perMillion: priceOfMillion(amounts) }
}

async function priceCalls(stage: Stage): Promise<Priced[]> {
  const numbers = new Numbers()
  const endpoints = [...comparedWrites, ...otherWrites, ...reads]
  const all: Priced[] = []
  for (const [i, endpoint] of endpoints.entries()) {
    progress(`counting calls, ${i + 1} of ${endpoints.length}: ${endpoint.name}`)
    const most = endpoint.most ?? Number.POSITIVE_INFINITY
    const counts = await countCall(stage, endpoint, numbers, Math.min(4, Math.floor(most / 2) - 1))
    all.push(priced(endpoint.name, counts, await cpuOf(stage, endpoint, numbers)))
  }
  return all
}

/** Processor time of a call of the production bundle, everything around it in the runtime included. */
async function cpuOf(stage: Stage, endpoint: Endpoint, numbers: Numbers): Promise<number> {
  if (!stage.clock) return cpuWithoutProc
  const calls = Math.min(cpuCalls, Math.floor((endpoint.most ?? 2 * cpuCalls) / 2) - 1)
  const one = () => make(stage.service, endpoint.call(numbers.next(endpoint), stage.cast))
  await one()
  const before = stage.clock()
  for (let i = 0; i < calls; i++) await one()
  return (stage.clock() - before) / calls
}

const hour = 3_600_000

/** Joins, a message, and an hour with sockets open, each in rooms of their own. */
async function priceSockets(stage: Stage): Promise<Priced[]> {
  progress('counting sockets')
  const { counting } = stage
  await openSocket(counting, 20, 0)
  await settle(stage)
  await openSocket(counting, 20, 1)
  const joinRoom = await settle(stage)
  const me = people.chatters[2 * 20]!
  await openOwn(stage, me)
  const joinOwn = await settle(stage)

  // Both members are there; the messages come one by one, each told to the database by itself.
  const sender = await openSocket(counting, 21, 0)
  await openSocket(counting, 21, 1)
  await settle(stage)
  const messages = 5
  for (let i = 0; i < messages; i++) {
    progress(`counting messages, ${i + 1} of ${messages}`)
    sender.send(JSON.stringify({ message: 'Shall we meet at seven?', client_id: `cost-${i}` }))
    await pause(700)
  }
  const message = times(await settle(stage), 1 / messages)

  progress('counting an idle hour')
  const idle = people.chatters[2 * 22]!
  await openOwn(stage, idle, 'after=now')
  await settle(stage)
  await stage.passTime('person', idle, hour)
  const idleHour = await settle(stage)

  progress('counting an hour')
  await stage.passTime('person', me, hour)
  await stage.passTime('room', chatConversation(20), hour)
  const openHour = await settle(stage)
  return [
    priced('socket: join a room', joinRoom, cpuWithoutProc),
    priced('socket: join one’s own events', joinOwn, cpuWithoutProc),
    priced('socket: a message to one other', message, 1),
    priced('socket: an hour with both open', openHour, 0),
    priced('socket: an idle hour of one’s own events', idleHour, 0),
    priced('socket: a ping', { ...nothing, objectMessages: 1 }, 0),
  ]
}

async function openOwn({ counting }: Stage, userId: number, query = ''): Promise<void> {
  const options = { headers: { authorization: `Bearer ${counting.token(userId)}` } }
  const socket = new WebSocket(`ws://${counting.origin.host}/ws/me/?${query}`, options)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('/ws/me/ could not be opened')))
  })
}

/** Lets the rooms tell the database what they have to tell, and answers with all that was counted. */
async function settle(stage: Stage): Promise<Counts> {
  await pause(600)
  return stage.takeCounts()
}

// ── What is shown ────────────────────────────────────────────────────────────────────────────────

function print(stage: Stage, all: Priced[]): void {
  const heads = ['a million of', 'US $', 'most of it', 'CPU ms', 'trips', 'rows read', 'written']
  const rows = all.map(({ name, counts, cpu, billed: amounts, perMillion }) => [
    name,
    perMillion.toFixed(2),
    dearest(amounts)[0]?.name ?? '',
    short(cpu, 1),
    short(counts.trips, 1),
    short(counts.rowsRead, 0),
    short(counts.rowsWritten, 1),
    short(counts.objectRequests, 1),
    short(counts.objectRowsWritten, 1),
    short(counts.kvReads + counts.kvWrites, 1),
  ])
  console.log(`Prices of ${pricesAsOf}, Workers Paid, nothing of what is included taken off;`)
  console.log(`${stage.cast.crowd.toLocaleString('en')} people.\n`)
  console.log(table([...heads, 'object calls', 'object rows written', 'KV'], rows))
  console.log(
    stage.clock
      ? `\nCPU is the whole local runtime's, its own D1 and sockets included: more than is billed.`
      : `\nCPU cannot be measured here: ${cpuWithoutProc} ms a call are assumed.`,
  )
  console.log(
    `Assumed: an object is active for ${assumed.perObjectEvent} ms per call, frame and alarm, and` +
      ` ${assumed.perObjectTrip} ms per round trip to D1 that it waits for.`,
  )
}

function printMonth(all: Priced[]): void {
  const of = (name: string) => all.find((one) => one.name.startsWith(name))!.billed
  const [first, ...others] = openingCalls.map(of)
  const month = personMonth({
    signIn: of('POST /accounts/login/'),
    refresh: of('POST /accounts/refresh/'),
    opening: addBilled(first!, ...others),
    joinRoom: of('socket: join a room'),
    joinOwn: of('socket: join one'),
    message: of('socket: a message'),
    openHour: of('socket: an hour'),
    ping: of('socket: a ping'),
  })
  const { sessions, hours, messages, signIns, pingEvery } = profile
  console.log(
    `\nA person who chats: opens the app ${sessions} times a day (${openingCalls.length} lists each time),` +
      ` has both sockets\nopen for ${hours} hours a day (a ping every ${pingEvery} s), sends ${messages} messages` +
      ` a day, signs in ${signIns} times a month.\n`,
  )
  const lines = dearest(month).map(({ name, dollars }) => [
    prices[name].what,
    short(month[name], 0),
    (dollars / 1e6).toFixed(6),
  ])
  console.log(table(['a month of one person', 'amount', 'US $'], lines))
  const rows = [1000, 10_000, 100_000, 1_000_000].map((size) => {
    const bill = monthlyBill(timesBilled(month, size))
    return [size.toLocaleString('en'), bill.toFixed(2), (bill / size).toFixed(5)]
  })
  console.log(`\n${table(['people', 'US $ a month', 'each'], rows)}`)
}

function printSources(): void {
  const storage = storagePrices.map(
    ({ what, includedGigabytes, perGigabyte }) =>
      `${what} $${perGigabyte} per GB and month beyond ${includedGigabytes}`,
  )
  console.log(`\nStorage is not in it: ${storage.join(', ')}.`)
  console.log(
    `Sources: ${[...new Set(Object.values(prices).map(({ source }) => source))].join(', ')}`,
  )
}

await command(() => cost(costFlags(process.argv.slice(2))))
