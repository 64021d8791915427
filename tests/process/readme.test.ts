// The README's blocks of code, as a newcomer runs them: the first session and the client, against a dev server.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { findNode } from '../../scripts/find-node.mjs'
import { sharedServer } from './support/pool'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** The first block in a language that says what it is about, for this server instead of the usual one. */
let blockWith: (language: string, about: string) => string
beforeAll(async () => {
  const text = await readFile(`${root}README.md`, 'utf8')
  const { origin } = await sharedServer()
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
  blockWith = (language, about) => {
    const found = blocks.find(([, is, code = '']) => is === language && code.includes(about))
    return (found?.[2] ?? '').replaceAll('http://localhost:8787', origin)
  }
}, 120_000)

describe('the README', () => {
  it('gets a newcomer going in at most 120 lines', async () => {
    const text = await readFile(`${root}README.md`, 'utf8')
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120)
  })

  it('has a first session that works as it is written', async () => {
    const username = `taro-${crypto.randomUUID()}`
    const script = blockWith('bash', 'K=').replaceAll('"taro"', `"${username}"`)
    const { stdout } = await run('bash', ['-c', script])
    expect(stdout).toContain('User created successfully')
    expect(stdout.match(/"first_name":"Hanako"/g)?.length).toBeGreaterThanOrEqual(1)
  })

  it('has an example of the client that works as it is written', async () => {
    const folder = await mkdtemp(join(root, '.wrangler', 'readme-'))
    try {
      const file = join(folder, 'try.mjs')
      await writeFile(file, blockWith('js', 'kith/client'))
      const { stdout } = await run(findNode(), [file], { timeout: 30_000 })
      expect(stdout).toMatch(/^400 \{[^]*birthday[^]*\}\n1 jiro-\d+ Shall we have tea\?\n$/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
