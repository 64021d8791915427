// Builds the domain's context for one request from the Worker's environment.
import { type Db, openLibsql } from '../db/client'
import type { Client, Clock, Context, JobHandlers } from '../domain/context'
import { readSettings, type Settings } from '../settings'
import { networkOf } from './addresses'
import { kvBlacklist } from './blacklist'
import { r2Erasures } from './erasures'
import { noFloodGuard, rateLimitGuard } from './flood-guard'
import { fortyTwo } from './fortytwo'
import { logError } from './log'
import { mailerOf } from './mail/mailer'
import { r2MediaStore } from './media-store'
import { assetPages } from './page-files'
import { durablePeople } from './people'
import { durableRooms } from './rooms'

/** What keeps a Worker alive after its answer. */
export type Waits = { waitUntil(work: Promise<unknown>): void }

/** The context of one request; tests replace parts of it. */
export function createContext(
  env: Env,
  settings: Settings,
  client: Client,
  waits: Waits,
  options: { jobHandlers: JobHandlers; now?: Clock },
): Context {
  const { jobHandlers, now = Date.now } = options
  const address = networkOf(client.address)
  return {
    db: databaseOf(env, settings),
    now,
    keys: settings.keys,
    rules: settings.rules,
    client: { ...client, address },
    blacklist: kvBlacklist(env.BLACKLIST, now),
    mailer: mailerOf(settings.mail, env.EMAIL),
    fortyTwo: settings.fortyTwo && fortyTwo(settings.fortyTwo),
    media: r2MediaStore(env.MEDIA, env.ASSETS),
    erasures: r2Erasures(env.MEDIA),
    pages: assetPages(env.ASSETS),
    rooms: durableRooms(env.ROOMS),
    people: durablePeople(env.PEOPLE),
    floodGuard: settings.floodGuard ? rateLimitGuard(env, address) : noFloodGuard,
    jobHandlers,
    report: logError,
    later(work) {
      waits.waitUntil(work().catch((error: unknown) => logError('later', error)))
    },
    wait: (milliseconds) => scheduler.wait(milliseconds),
  }
}

/** The context of a Durable Object, which serves no request and does no jobs. */
export function createObjectContext(env: Env, waits: Waits): Context {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.problems.join(' '))
  const client = { address: '', userAgent: '' }
  return createContext(env, read.settings, client, waits, { jobHandlers: {} })
}

/** D1, unless the deployment has set a libSQL database. */
function databaseOf(env: Env, settings: Settings): Db {
  if (!settings.libsql) return env.DB
  return openLibsql(settings.libsql.url, settings.libsql.authToken)
}
