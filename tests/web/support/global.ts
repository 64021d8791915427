// Once for all tests of the web app: a dev server with the demo's world in it.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { findNode } from '../../../scripts/find-node.mjs'
import { passwordOf } from '../../../scripts/demo/town.mjs'
import { people } from '../../../scripts/demo/world.mjs'
import { startDevServer } from '../../process/support/dev-server'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the service is, under the name that a browser takes for a safe place. */
    webOrigin: string
  }
}

const demo = people.map(({ username, about }) => ({
  username,
  password: passwordOf(username),
  about,
}))

/** Vitest's global setup; what it answers is called at the end. */
export default async function openWorld(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDevServer({ DEMO_PEOPLE: JSON.stringify(demo) })
  const origin = `http://localhost:${server.port}`
  await seed(server.origin)
  project.provide('webOrigin', origin)
  return () => server.stop()
}

/** By a Node that has a WebSocket. */
async function seed(origin: string): Promise<void> {
  const file = fileURLToPath(new URL('../../../scripts/demo/seed.mjs', import.meta.url))
  const script = `import { seed } from '${file}'; await seed('${origin}', () => {})`
  await promisify(execFile)(findNode(), ['--input-type=module', '-e', script])
}
