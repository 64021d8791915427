// For the project `libsql`: two libsql-servers for the whole run, one for each workerd, whose addresses the
// tests are given.
import type { TestProject } from 'vitest/node'
import { startLibsqlServer } from './libsql-server'

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrls: string[]
  }
}

/** Vitest's global setup; what it answers is called at the end. */
export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all([startLibsqlServer(), startLibsqlServer()])
  project.provide(
    'libsqlUrls',
    servers.map(({ url }) => url),
  )
  return async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
