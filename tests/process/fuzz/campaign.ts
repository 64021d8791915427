// A run over many operations: several senders at once, each with a seed of its own per operation, so that
// one operation can be sent the same again alone.
import * as fc from 'fast-check'
import { inOneLine, send, type Sent, shown } from './http'
import { collectionOf, type Memory } from './memory'
import { type Call, type Person, signIn } from './people'
import { assembled, type Draft, isSigned, type Operation, requestsTo } from './requests'
import type { Verdict } from './verdict'

/** So long is a smaller request looked for that fails as well, in milliseconds. */
const shrinkFor = 20_000

export type Settings = {
  port: number
  call: Call
  /** Makes somebody who has one of most things. */
  newSender: () => Promise<Sending>
  /** Does what a sender needs done before the next operation. */
  prepare?: (sender: Person) => Promise<void>
  verdict: Verdict
  seed: number
  /** Requests to each operation. */
  runs: number
  /** Of fast-check: goes straight to the value that failed. */
  path: { path?: string }
}

export type Tally = {
  requests: number
  byStatus: Map<number, number>
  /** The operations that have done something. */
  reached: Set<string>
  /** The slowest answer of each operation, in milliseconds, and to what. */
  slowest: Map<string, { milliseconds: number; sent: Sent }>
  failures: string[]
}

export const newTally = (): Tally => ({
  requests: 0,
  byStatus: new Map(),
  reached: new Set(),
  slowest: new Map(),
  failures: [],
})

/** Somebody who sends, and is somebody again when the requests have ended that. */
export type Sending = { person: Person; memory: Memory; isGood: boolean }

/**
 * Sends requests to all of these operations, each sender to one at a time; whose account is lost on the
 * way is replaced by somebody new.
 */
export async function sendToAll(
  operations: Operation[],
  senders: Sending[],
  settings: Settings,
  tally: Tally,
): Promise<void> {
  const queue = [...operations]
  await Promise.all(
    senders.map(async (sending) => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await sendToOne(next, sending, settings, tally)
      }
    }),
  )
}

async function sendToOne(
  operation: Operation,
  sending: Sending,
  settings: Settings,
  tally: Tally,
): Promise<void> {
  let failedAt: number | null = null
  const property = fc.asyncProperty(requestsTo(operation), async (draft) => {
    if (failedAt !== null && Date.now() > failedAt + shrinkFor) return
    const faults = await sendDraft(operation, draft, sending, settings, tally)
    if (faults === null) return
    failedAt ??= Date.now()
    throw new Error(faults)
  })
  const { runs: numRuns, path } = settings
  await settings.prepare?.(sending.person)
  const done = await fc.check(property, {
    seed: seedOf(operation, settings.seed),
    numRuns,
    ...path,
  })
  if (!done.failed) return
  const again = [
    `KITH_FUZZ_SEED=${settings.seed}`,
    `KITH_FUZZ_ONLY=${operation.id}`,
    `KITH_FUZZ_PATH=${done.counterexamplePath}`,
  ].join(' ')
  tally.failures.push(`${(done.errorInstance as Error).message}\n${again}`)
}

/** Sends one request; says what is wrong with its answer, null where nothing is. */
async function sendDraft(
  operation: Operation,
  draft: Draft,
  sending: Sending,
  settings: Settings,
  tally: Tally,
): Promise<string | null> {
  if (!sending.isGood) await comeBack(sending, settings)
  const sent = assembled(operation, draft, sending.person, sending.memory)
  const outcome = await send(settings.port, sent)
  tally.requests++
  const { milliseconds } = outcome
  if (milliseconds > (tally.slowest.get(operation.id)?.milliseconds ?? -1)) {
    tally.slowest.set(operation.id, { milliseconds, sent })
  }
  if ('got' in outcome) {
    const { status, bytes, headers } = outcome.got
    tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1)
    if (status < 400 && draft.method === operation.method) tally.reached.add(operation.id)
    if (status === 401 && isSigned(draft)) sending.isGood = false
    if (
      status < 300 &&
      headers['content-type']?.startsWith('application/json') &&
      bytes.length > 0
    ) {
      sending.memory.learn(collectionOf(operation.path), JSON.parse(bytes.toString()))
    }
  }
  const faults = settings.verdict(operation, sent, outcome)
  return faults.length === 0 ? null : `${faults.join('\n')}\n— to —\n${shown(sent)}`
}

/** Signs in again, or up anew where the account or its password is no more what it was. */
async function comeBack(sending: Sending, { call, newSender }: Settings): Promise<void> {
  const { username, password } = sending.person
  try {
    sending.person = await signIn(call, username, password)
    sending.memory.learn('/users', sending.person)
    sending.isGood = true
  } catch {
    Object.assign(sending, await newSender())
  }
}

function seedOf({ id }: Operation, seed: number): number {
  let hash = seed
  for (const character of id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0
  return hash
}

/** What was done, for who runs it; beside the seed with which it is done again. */
export function report(
  operations: Operation[],
  { seed, runs }: Settings,
  { requests, byStatus, reached, slowest }: Tally,
): string {
  const statuses = [...byStatus].toSorted(([a], [b]) => a - b)
  const slow = [...slowest.values()]
    .toSorted((one, other) => other.milliseconds - one.milliseconds)
    .slice(0, 5)
  const unreached = operations.map(({ id }) => id).filter((id) => !reached.has(id))
  return [
    `KITH_FUZZ_SEED=${seed} KITH_FUZZ_RUNS=${runs}: ${requests} requests to ${operations.length} operations`,
    `answered: ${statuses.map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    `never answered with success: ${unreached.join(', ') || 'none'}`,
    'slowest:',
    ...slow.map(({ milliseconds, sent }) => `  ${milliseconds} ms: ${inOneLine(sent)}`),
  ].join('\n')
}
