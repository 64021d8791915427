// Chat beside the bare room: how many messages are delivered a second when everybody sends, and how long
// one takes when they come at a fixed rate. A conversation has two members; each has several sockets.
import { performance } from 'node:perf_hooks'
import type { Side } from './load.ts'
import { progress } from './progress.ts'
import { chatConversation, people } from './seed.ts'
import type { Stage } from './stage.ts'
import { median, percentile } from './statistics.ts'

export type ChatSpeed = { delivered: number; p50: number; p99: number }
export type ChatComparison = {
  rooms: number
  sockets: number
  /** Messages a second in all rooms together, for p50 and p99. */
  rate: number
  service: ChatSpeed
  bare: ChatSpeed
  /** Delivered messages a second, the service's over the bare room's: the median of the rounds. */
  deliveredRatio: number
  /** How much later the median message comes, in milliseconds. */
  p50Difference: number
}

type Shape = { rooms: number; sockets: number; rate: number }
/** Rooms and sockets in each, and the fixed rate. */
export const shapes: Shape[] = [
  { rooms: 10, sockets: 2, rate: 100 },
  { rooms: 10, sockets: 10, rate: 100 },
]

const turnLength = 700

/** Measures for so many seconds: half of them at full speed, half at the fixed rate. */
export async function compareChat(
  stage: Stage,
  shape: Shape,
  seconds: number,
): Promise<ChatComparison> {
  const [service, bare] = [await open(stage.service, shape), await open(stage.bare, shape)]
  try {
    await service.atFullSpeed(200)
    await bare.atFullSpeed(200)
    const count = Math.max(2, Math.round((seconds * 1000) / (4 * turnLength)))
    const full: { service: number; bare: number }[] = []
    const steady: { service: number[]; bare: number[] } = { service: [], bare: [] }
    for (let i = 0; i < count; i++) {
      progress(`chat: ${shape.rooms} rooms of ${shape.sockets} sockets, round ${i + 1} of ${count}`)
      const inTurns = async (work: (kind: 'service' | 'bare', crowd: Crowd) => Promise<void>) => {
        const turns = [() => work('service', service), () => work('bare', bare)]
        for (const turn of i % 2 === 0 ? turns : turns.toReversed()) await turn()
      }
      const round = { service: 0, bare: 0 }
      await inTurns(async (kind, crowd) => {
        round[kind] = await crowd.atFullSpeed(turnLength)
      })
      full.push(round)
      await inTurns(async (kind, crowd) => {
        steady[kind].push(...(await crowd.atRate(shape.rate, turnLength)))
      })
    }
    const speed = (kind: 'service' | 'bare'): ChatSpeed => ({
      delivered: median(full.map((round) => round[kind])),
      p50: percentile(steady[kind], 0.5),
      p99: percentile(steady[kind], 0.99),
    })
    const result = { service: speed('service'), bare: speed('bare') }
    return {
      ...shape,
      ...result,
      deliveredRatio: median(full.map((round) => round.service / round.bare)),
      p50Difference: result.service.p50 - result.bare.p50,
    }
  } finally {
    await Promise.all([service.close(), bare.close()])
  }
}

type Crowd = {
  /** Every socket sends as soon as it sees its own message; answers with deliveries a second. */
  atFullSpeed(milliseconds: number): Promise<number>
  /** Messages come at a steady rate; answers with the time that each delivery took. */
  atRate(perSecond: number, milliseconds: number): Promise<number[]>
  close(): Promise<void>
}

/** Opens a socket as a member of the conversation of that number. */
export async function openSocket(side: Side, pair: number, member: 0 | 1): Promise<WebSocket> {
  const userId = people.chatters[2 * pair + member]!
  const options = { headers: { authorization: `Bearer ${side.token(userId)}` } }
  const url = `ws://${side.origin.host}/ws/chat/${chatConversation(pair)}/`
  const socket = new WebSocket(url, options)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`${url} could not be opened`)))
  })
  return socket
}

/** No `client_id` twice, whoever sends: a room answers one that it knows to its sender alone. */
let serial = 0

async function open(side: Side, { rooms, sockets: perRoom }: Shape): Promise<Crowd> {
  const rows = Array.from({ length: rooms }, (_, pair) =>
    Array.from({ length: perRoom }, (_, i) => openSocket(side, pair, (i % 2) as 0 | 1)),
  )
  const sockets = (await Promise.all(rows.map((row) => Promise.all(row)))).flat()
  let [expected, seen] = [0, 0]
  let isOver = true
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const send = (socket: WebSocket, prefix: string) => {
    const client_id = `${prefix}${serial++}`
    sentAt.set(client_id, performance.now())
    expected += perRoom
    socket.send(JSON.stringify({ message: 'Shall we meet at the station at seven?', client_id }))
  }
  for (const [number, socket] of sockets.entries()) {
    const own = `${number}.`
    socket.addEventListener('message', ({ data }) => {
      const found = /"client_id":"([^"]*)"/.exec(data as string)
      if (!found) return
      const id = found[1]!
      latencies.push(performance.now() - sentAt.get(id)!)
      seen++
      if (!isOver && id.startsWith(own)) send(socket, own)
    })
  }
  const missing = () => expected - seen
  const settled = async () => {
    const until = performance.now() + 20_000
    while (missing() > 0) {
      if (performance.now() > until) throw new Error(`${missing()} deliveries did not come`)
      await pause(5)
    }
    sentAt.clear()
  }
  // A room gives up a socket that shows no sign of life while much is sent to it.
  const ping = () => sockets.forEach((socket) => socket.send('ping'))
  return {
    async atFullSpeed(milliseconds) {
      ping()
      const before = seen
      isOver = false
      const begun = performance.now()
      for (const [number, socket] of sockets.entries()) send(socket, `${number}.`)
      await pause(milliseconds)
      const [delivered, taken] = [seen - before, performance.now() - begun]
      isOver = true
      await settled()
      return (1000 * delivered) / taken
    },
    async atRate(perSecond, milliseconds) {
      ping()
      latencies.length = 0
      const begun = performance.now()
      const count = Math.round((perSecond * milliseconds) / 1000)
      for (let i = 0; i < count; i++) {
        const wait = begun + (1000 * i) / perSecond - performance.now()
        if (wait > 0) await pause(wait)
        send(sockets[(i * 7) % sockets.length]!, 's')
      }
      await settled()
      return [...latencies]
    },
    async close() {
      await Promise.all(sockets.map(closed))
    },
  }
}

/** Closes a socket, and waits until the other side has closed it too. */
async function closed(socket: WebSocket): Promise<void> {
  const isOver = new Promise((resolve) => socket.addEventListener('close', resolve))
  socket.close()
  await Promise.race([isOver, pause(5000)])
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
