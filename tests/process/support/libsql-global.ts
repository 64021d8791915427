// For the project `libsql`: one libsql-server for the whole run, whose address the tests are given.
import type { TestProject } from 'vitest/node'
import { startLibsqlServer } from './libsql-server'

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrl: string
  }
}

/** Vitest's global setup; what it answers is called at the end. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await startLibsqlServer()
  project.provide('libsqlUrl', server.url)
  return () => server.stop()
}
