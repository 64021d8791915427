// `kith-client` as others get it: from the packed package in Node, its types, and as a bundle for browsers.
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleClient } from './support/client-bundle'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = async (cwd: string, command: string, ...args: string[]) =>
  (await promisify(execFile)(command, args, { cwd })).stdout

const script = (name: string) => `
  import * as client from '${name}'
  const kith = client.createClient({ baseUrl: 'http://127.0.0.1:1' })
  const error = await kith.GET('/health').catch((error) => error)
  console.log(Object.keys(client).join(), error instanceof client.KithError, error.code)
`
const printed = 'Chat,KithError,PersonEvents,createClient,memoryStorage,webStorage true network\n'

let folder: string
let packed: string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-client-'))
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'kith-client'), { recursive: true })
  // Packing builds it first.
  const pack = ['pack', '--workspace', 'client', '--pack-destination', folder]
  await run(root, 'npm', ...pack, '--loglevel', 'error')
  const tarball = join(folder, 'kith-client-0.1.0.tgz')
  packed = (await run(folder, 'tar', '-tzf', tarball)).trim().split('\n')
  await run(
    folder,
    'tar',
    '-xzf',
    tarball,
    '-C',
    join(modules, 'kith-client'),
    '--strip-components=1',
  )
  // What an install would fetch beside it.
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers']) {
    await symlink(join(root, 'node_modules', name), join(modules, name), 'junction')
  }
})
afterAll(() => rm(folder, { recursive: true }))

describe('the package', () => {
  it('holds the client and nothing of the service', () => {
    const others = packed.filter((path) => !path.startsWith('package/dist/'))
    expect(others.toSorted()).toEqual(['package/README.md', 'package/package.json'])
  })

  it('brings what it imports, and neither the service nor a Node of its own', async () => {
    const path = join(folder, 'node_modules/kith-client/package.json')
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    expect(Object.keys(manifest).filter((key) => /dependencies$|^bin$/i.test(key))).toEqual([
      'dependencies',
    ])
    expect(manifest['dependencies']).toEqual({
      'openapi-fetch': '0.17.0',
      'openapi-typescript-helpers': '0.1.0',
    })
  })

  it('holds what is built from today’s sources, and nothing of what was there before', () => {
    const modules = packed.flatMap((path) => /dist\/(.+)\.js$/.exec(path)?.[1] ?? [])
    const sources = readdirSync(join(root, 'client')).flatMap(
      (name) => /^(.+)\.ts$/.exec(name)?.[1] ?? [],
    )
    expect(modules.toSorted()).toEqual(sources.toSorted())
  })

  it.each([
    ['the project itself', 'kith/client', root],
    ['another one', 'kith-client', ''],
  ])('is imported by Node in %s as %s', async (_, name, from) => {
    const code = ['--input-type=module', '-e', script(name)]
    expect(await run(from || folder, process.execPath, ...code)).toBe(printed)
  })

  it('brings its types', async () => {
    const source = `
      import { createClient, type KithError } from 'kith-client'
      const kith = createClient({ baseUrl: 'https://api.example.org' })
      export const names = (await kith.GET('/friends')).map(({ first_name }) => first_name.trim())
      kith.chat(1).on('error', (error: KithError) => error.code satisfies string)
      // @ts-expect-error there is no such path
      await kith.GET('/no/such/path')
    `
    await writeFile(join(folder, 'app.mts'), source)
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(await run(folder, process.execPath, tsc, ...flags, 'app.mts')).toBe('')
  })
})

describe('the bundle for browsers', () => {
  it('needs nothing of Node, and is small', async () => {
    const { text, inputs } = await bundleClient()
    expect(text).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b/)
    const foreign = inputs.filter((path) => !path.startsWith('client/'))
    expect(foreign).toEqual(['node_modules/openapi-fetch/dist/index.mjs'])
    // In bytes, minified and not compressed; five thousand are the service's sentences by their codes.
    expect(text.length).toBeLessThan(31_000)
    process.stderr.write(`the client's bundle: ${text.length} bytes\n`)
  })
})
