// The demo's world as a version of the service before built it (`demo-before/make.mjs`), put in place of the
// database and of the rooms; what that version answered to each of its people; and how they sign in.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { database } from './database'
import { dropTables } from './database-rows'
import { askForCode, signInWithCode } from './code-people'
import type { Mailbox } from './mailbox'
import type { World } from './world'

/** What somebody, and all others in `to`, were answered at a path. */
export type OldAnswer = { path: string; to: string[]; status: number; body: unknown }

const files = import.meta.glob<string>('./demo-before/*.{sql,jsonl}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const textOf = (name: string) => files[`./demo-before/${name}`]!

/** What stands in a file, by lines. */
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

const [asking, ...lines] = linesOf(textOf('answers.jsonl'))

/** When all of this was asked. */
export const { askedAt }: { askedAt: number } = JSON.parse(asking!)

/** The answers of then. */
export const answers: OldAnswer[] = lines.map((line) => JSON.parse(line))

/** Puts the database back to then, in place of all that it has, and brings it up to today. */
export async function openDatabase(): Promise<void> {
  await dropTables()
  const then = linesOf(textOf('database.sql')).map((sql) => database.prepare(sql))
  await database.batch([database.prepare('pragma defer_foreign_keys = on'), ...then])
  const { results } = await database.prepare('select name from d1_migrations').all()
  const applied = results.map(({ name }) => name)
  const since = env.TEST_MIGRATIONS.filter(({ name }) => !applied.includes(name))
  if (since.length === 0) throw new Error('nothing has changed since then')
  for (const { queries } of since) {
    await database.batch(queries.map((query) => database.prepare(query)))
  }
}

/** Gives each room the storage that it had then; the next request wakes it with the code of today. */
export async function openRooms(): Promise<void> {
  const [, ...rooms] = textOf('rooms.sql').split('-- room ')
  for (const room of rooms) {
    const [name = '', ...statements] = linesOf(room)
    await fillRoom(name, statements)
  }
}

/** Empties the rooms for what comes behind: those of no test else are called by their ids. */
export async function emptyRooms(): Promise<void> {
  const [, ...rooms] = textOf('rooms.sql').split('-- room ')
  for (const room of rooms) await fillRoom(linesOf(room)[0]!, [])
}

async function fillRoom(name: string, statements: string[]): Promise<void> {
  const stub = env.ROOMS.getByName(name)
  await runInDurableObject(stub, async (_room, { storage }) => {
    await storage.deleteAll()
    for (const statement of statements) storage.sql.exec(statement)
  })
  await evictDurableObject(stub)
}

/** As `scripts/demo/town.mjs` had it then. */
const passwordOf = (username: string) => `${username}-at-the-demo`

/** With the password of then; a code is asked of who came through contract C. */
export async function signInAs(
  world: World,
  mailbox: Mailbox,
  username: string,
): Promise<{ access: string }> {
  const password = passwordOf(username)
  const json = { username, password }
  const { status, body } = await world.call('POST', '/accounts/login/', { json })
  if (status === 200) return body
  const person = { username, password, email: `${username}@example.org` }
  const signedIn = await signInWithCode(world, person, await askForCode(world, mailbox, person))
  if (signedIn.status !== 200) throw new Error(`${username} is told ${signedIn.text}`)
  return { access: signedIn.body.access_token }
}

/** When the asking began, to the second: what was made since is what came of the asking. */
const begun = Math.floor(askedAt / 1000) * 1000

/** Until when one's own sign-in shows one as being there, and from where one has signed in. */
const movedByAsking = ['online_until', 'familiar']

/** What answers have had since, on purpose: beside names of friends their number, and parts of the export. */
const addedSince = [
  'friends_count',
  'refusals',
  'push_targets',
  'webhook_endpoints',
  'notifications',
  'notification_settings',
]

/** An answer without what the asking itself moves, and without what answers have had since. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isOfAsking(one)).map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([name]) => !movedByAsking.includes(name) && !addedSince.includes(name),
  )
  return Object.fromEntries(entries.map(([name, one]) => closedSince(name, comparable(one))))
}

/** The export's `closed_at` of a conversation has become `is_closed`: when tells who had blocked whom. */
const closedSince = (name: string, value: unknown): [string, unknown] =>
  name === 'closed_at' ? ['is_closed', value !== null] : [name, value]

const isOfAsking = (value: unknown) =>
  Date.parse(String((value as { created_at?: string } | null)?.created_at)) >= begun
