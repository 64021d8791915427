// The storm: all writers at once against one server, whose runtime is killed in the middle of it, again and
// again. While it is down its storage is held against what was acknowledged and what always holds.
import { atRest, breaches, invariants } from '../../../support/invariants'
import { pause } from '../chat-client'
import { Unanswered } from './ledger'
import type { Random } from './random'
import type { Service } from './service'
import { type Storage, withStorage } from './storage'
import { usualSteps, type Writer } from './writer'

/** So long after a restart, what was under way when the runtime was killed is done, in milliseconds. */
const finishedWithin = 60_000
/** How often the timer is fired; Cloudflare does it every minute. */
const timerEvery = 2000

export type Storm = {
  service: Service
  writers: Writer[]
  random: Random
  /** Moves the clock of the jobs instead of waiting: those that were begun are due again at once. */
  isHurried: boolean
}

/** One kill: how it went, in a line, and whatever must not be. */
export type Round = { line: string; faults: string[] }

/** Lets the writers write, kills the runtime, looks, starts it again, and waits for what it owes. */
export async function killOnce(storm: Storm, number: number): Promise<Round> {
  const { service, writers, random, isHurried } = storm
  const isAimed = random.chance(0.5)
  const after = random.below(isAimed ? 40 : isHurried ? 800 : 4000)
  const before = countsOf(writers)
  const writing = { on: true }
  const progress = writers.map((writer) => ({ writer, steps: 0 }))
  const written = Promise.all(progress.map((one) => keepWriting(one, writing)))
  const isOnItsWay = () => progress.every(hasBegun)
  await Promise.race([written, until(isOnItsWay)])
  if (isAimed) await until(() => writers.some((writer) => writer.isOnTheBrink?.()))
  await pause(after)
  await service.kill()
  writing.on = false
  await written
  const { faults, owed } = withStorage(service.server.directory, (storage) => {
    const owed = owedIn(storage)
    if (isHurried) storage.write('update jobs set due_at = created_at')
    return { faults: [...look(writers, storage), ...breaches(invariants, storage.rows)], owed }
  })
  const begun = Date.now()
  await service.restart()
  const restarted = Date.now()
  const late = await waitFor(service, (storage) => stillOwed(storage, owed))
  const { acknowledged, all, done } = difference(countsOf(writers), before)
  const line =
    `kill ${number}, ${after} ms after ${isAimed ? 'a deletion' : 'everybody'} had begun: ${acknowledged} changes acknowledged, ${all} unanswered ` +
    `(${done} of them done), ${owed.jobs.length} jobs and ${owed.rooms.length} rooms behind; ` +
    `up again in ${restarted - begun} ms, caught up in ${Date.now() - restarted} ms`
  return { line, faults: [...faults, ...late, ...service.faults.splice(0)] }
}

/** Lets everything come to rest, kills the runtime a last time, and looks at all of it. */
export async function comeToRest({ service, writers }: Storm): Promise<string[]> {
  for (const writer of writers) await writer.end?.()
  const late = await waitFor(service, (storage) => {
    const jobs = storage.rows('select kind from jobs').map(({ kind }) => `a ${kind} job`)
    return [...jobs, ...roomsBehind(storage).map((id) => `room ${id}`)]
  })
  await service.kill()
  const faults = withStorage(service.server.directory, (storage) => [
    ...look(writers, storage),
    ...roomsAgree(storage),
    ...filesAgree(storage),
    ...writers.flatMap((writer) => writer.atRest?.(storage) ?? []),
    ...breaches({ ...invariants, ...atRest }, storage.rows),
  ])
  return [...late, ...faults, ...service.faults.splice(0)]
}

type Progress = { writer: Writer; steps: number }

async function keepWriting(progress: Progress, writing: { on: boolean }): Promise<void> {
  try {
    while (writing.on) {
      await progress.writer.step()
      progress.steps++
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
  }
}

const hasBegun = ({ writer, steps }: Progress) => steps >= (writer.stepsAtLeast ?? usualSteps)

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

function look(writers: Writer[], storage: Storage): string[] {
  return [
    ...writers.flatMap((writer) => [
      ...writer.ledger.settle(writer.look(storage)),
      ...(writer.check?.(storage) ?? []),
    ]),
    ...conversationsOf(storage).flatMap((id) => roomFaults(storage, id)),
  ]
}

// ── Rooms and files ──────────────────────────────────────────────────────────────────────────────

const conversationsOf = ({ rows }: Storage): number[] =>
  rows('select id from conversations').map(({ id }) => id as number)

/** What always holds of a room's log. */
function roomFaults(storage: Storage, id: number): string[] {
  const room = storage.roomOf(id)
  if (!room) return []
  const { messages, members } = room
  const gap = messages.findIndex((message, i) => message.id !== i + 1)
  const names = messages.flatMap(({ senderId, clientId }) => clientId && `${senderId} ${clientId}`)
  const faults = gap === -1 ? [] : [`room ${id} has a gap before ${messages.at(gap)!.id}`]
  if (new Set(names).size < names.length) faults.push(`room ${id} has a message twice`)
  for (const { userId, readUpTo, unread } of members) {
    const others = messages.filter((one) => one.id > readUpTo && one.senderId !== userId).length
    if (others !== unread) faults.push(`room ${id} counts ${unread} instead of ${others} unread`)
  }
  return faults
}

const roomsBehind = (storage: Storage): number[] =>
  conversationsOf(storage).filter((id) => storage.roomOf(id)?.isBehind)

/** At rest the database says of each room what the room says of itself. */
function roomsAgree(storage: Storage): string[] {
  return storage
    .rows('select id, last_message_id as last, closed_at as closedAt from conversations')
    .flatMap(({ id, last, closedAt }) => {
      const room = storage.roomOf(id)
      if (!room) return last > 0 ? [`room ${id} is gone`] : []
      const members = storage.rows(
        `select user_id as userId, read_up_to as readUpTo, unread from conversation_members
          where conversation_id = ? order by user_id`,
        id,
      )
      const faults = last === room.messages.length ? [] : [`the last message of ${id} is not known`]
      if (room.members.length > 0 && JSON.stringify(members) !== JSON.stringify(room.members)) {
        faults.push(`what is unread in ${id} is not known`)
      }
      if (room.isClosed !== (closedAt !== null))
        faults.push(`room ${id} and its row: one is closed`)
      return faults
    })
}

/** At rest every file has its row, and what an account shows is there. */
function filesAgree({ files, rows }: Storage): string[] {
  const kept = new Set(rows('select key from media').map(({ key }) => key))
  const shown = rows(`select avatar from users where avatar <> ''`).map(({ avatar }) => avatar)
  return [
    ...files.filter((key) => !kept.has(key)).map((key) => `${key} is nobody's`),
    ...shown.filter((key) => !files.includes(key)).map((key) => `${key} is shown and missing`),
  ]
}

// ── What is owed after a restart ─────────────────────────────────────────────────────────────────

type Owed = { jobs: number[]; rooms: number[] }

const owedIn = (storage: Storage): Owed => ({
  jobs: storage.rows('select id from jobs').map(({ id }) => id as number),
  rooms: roomsBehind(storage),
})

function stillOwed(storage: Storage, { jobs, rooms }: Owed): string[] {
  const now = owedIn(storage)
  return [
    ...jobs.filter((id) => now.jobs.includes(id)).map((id) => `job ${id}`),
    ...rooms.filter((id) => now.rooms.includes(id)).map((id) => `room ${id}`),
  ]
}

/** Fires the timer until nothing is owed; what still is after a minute is a fault. */
async function waitFor(service: Service, owed: (storage: Storage) => string[]): Promise<string[]> {
  const until = Date.now() + finishedWithin
  let fireAt = 0
  for (;;) {
    if (Date.now() >= fireAt) {
      await service.fireTimer()
      fireAt = Date.now() + timerEvery
    }
    const left = withStorage(service.server.directory, owed)
    if (left.length === 0) return []
    if (Date.now() > until) return left.map((what) => `not done within a minute: ${what}`)
    await pause(100)
  }
}

// ── Counting ─────────────────────────────────────────────────────────────────────────────────────

type Counts = { acknowledged: number; all: number; done: number }

function countsOf(writers: Writer[]): Counts {
  const ledgers = writers.map(({ ledger }) => ledger)
  const sum = (of: (ledger: Writer['ledger']) => number) =>
    ledgers.reduce((total, ledger) => total + of(ledger), 0)
  return {
    acknowledged: sum(({ acknowledged }) => acknowledged),
    all: sum(({ unanswered }) => unanswered.all),
    done: sum(({ unanswered }) => unanswered.done),
  }
}

const difference = (now: Counts, before: Counts): Counts => ({
  acknowledged: now.acknowledged - before.acknowledged,
  all: now.all - before.all,
  done: now.done - before.done,
})
