// Builds the domain's context for one request from the Worker's environment.
import { type D1, type Db, openLibsql } from '../db/client'
import type { Client, Clock, Context, Dispatch, InTime, JobKinds } from '../domain/base/context'
import { DatabaseUnavailable } from '../domain/base/errors'
import { fortyTwoId } from '../domain/base/providers'
import { readSettings, type Settings } from '../settings'
import { networkOf, siteOf } from './addresses'
import { kvBlacklist } from './blacklist'
import { counting, newBudget } from './budget'
import { inTime as withinDeadline, TooLate } from './deadlines'
import { r2Erasures } from './erasures'
import { noFloodGuard, rateLimitGuard } from './flood-guard'
import { fortyTwo } from './fortytwo'
import { logError } from './log'
import { mailerOf } from './mail/mailer'
import { outsideOf } from './outside'
import { r2MediaStore } from './media-store'
import { assetPages } from './page-files'
import { durablePeople } from './people'
import { durableRooms } from './rooms'

/** What keeps a Worker alive after its answer. */
export type Waits = { waitUntil(work: Promise<unknown>): void }

/** Where a request comes from, with the address as it is. */
export type Sender = Omit<Client, 'site'>

/** The context of one request, which was sent to `host`; tests replace parts of it. */
export function createContext(
  env: Env,
  settings: Settings,
  client: Sender,
  waits: Waits,
  options: {
    jobKinds: JobKinds
    dispatch?: Dispatch
    now?: Clock
    inTime?: InTime
    host?: string
  },
): Context {
  const { jobKinds, dispatch = leaveToTimer, now = Date.now, host } = options
  const budget = newBudget(now)
  const inTime = counting(budget, options.inTime ?? withinDeadline)
  const address = networkOf(client.address)
  return {
    db: databaseOf(env, settings, inTime, () => budget.call()),
    now,
    keys: settings.keys,
    rules: settings.rules,
    client: { ...client, address, site: siteOf(client.address) },
    blacklist: kvBlacklist(env.BLACKLIST, now, inTime),
    mailer: mailerOf(settings.mail, env.EMAIL, inTime),
    providers: new Map(settings.fortyTwo && [[fortyTwoId, fortyTwo(settings.fortyTwo)]]),
    outside: outsideOf(
      { exempt: settings.outsideHosts, own: ownHosts(settings, host) },
      { now, called: () => budget.call() },
    ),
    media: r2MediaStore(env.MEDIA, env.ASSETS, inTime),
    erasures: r2Erasures(env.MEDIA, inTime),
    pages: assetPages(env.ASSETS),
    rooms: durableRooms(env.ROOMS, inTime),
    people: durablePeople(env.PEOPLE, inTime),
    floodGuard: settings.floodGuard ? rateLimitGuard(env, address) : noFloodGuard,
    jobKinds,
    dispatch,
    budget,
    runner: crypto.randomUUID(),
    report: logError,
    later(work) {
      waits.waitUntil(work().catch((error: unknown) => logError('later', error)))
    },
    wait: (milliseconds) => scheduler.wait(milliseconds),
    inTime,
  }
}

const leaveToTimer: Dispatch = () => Promise.resolve()

/** The context of a Durable Object, which serves no request and does no jobs. */
export function createObjectContext(env: Env, waits: Waits): Context {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.problems.join(' '))
  const client = { address: '', userAgent: '' }
  return createContext(env, read.settings, client, waits, { jobKinds: {} })
}

/** By what names this service is reached: the one it is set to, and the one that is asked just now. */
function ownHosts({ publicUrl }: Settings, host: string | undefined): string[] {
  const names = publicUrl === '' ? [] : [new URL(publicUrl).host]
  return host === undefined ? names : [...names, host]
}

/** D1, unless the deployment has set a libSQL database. */
function databaseOf(env: Env, settings: Settings, inTime: InTime, called: () => void): Db {
  if (!settings.libsql) return d1InTime(env.DB, inTime)
  return openLibsql(settings.libsql.url, settings.libsql.authToken, called)
}

/** libSQL has a deadline of its own. */
function d1InTime(db: D1, inTime: InTime): D1 {
  return {
    prepare: (text) => db.prepare(text),
    async batch<T>(prepared: D1PreparedStatement[]) {
      try {
        return await inTime('d1', () => db.batch<T>(prepared))
      } catch (error) {
        throw error instanceof TooLate ? new DatabaseUnavailable(error) : error
      }
    },
  }
}
