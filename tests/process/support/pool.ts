// What a run's test files share, asked of the process that runs them all: the storage that every server gets
// a copy of, and servers that several files use, one for each set of settings. Made when first asked for.

/** Names, in the environment, where the pool listens: `pool-global.ts` opens it. */
export const poolAddress = 'KITH_TEST_POOL'

/**
 * A server that other files use too: people's names must be one's own, and it must not be stopped.
 * `jwtSecret` signs its tokens.
 */
export type SharedServer = {
  port: number
  origin: string
  jwtSecret: string
  /** The service's own log lines so far, whoever caused them. */
  log(): Promise<string[]>
}

/** The server with these settings. The first file that asks waits for its start. */
export async function sharedServer(vars: Record<string, string> = {}): Promise<SharedServer> {
  const server = (await ask('/server', vars)) as Omit<SharedServer, 'log'>
  return { ...server, log: async () => (await ask('/log', vars)) as string[] }
}

/** A free port, the same for all files that ask under one name: settings of shared servers can name it. */
export async function portOf(name: string): Promise<number> {
  return (await ask('/port', { name })) as number
}

/** A directory with an empty, migrated database, to be copied; null where nobody has opened the pool. */
export async function migratedStorage(): Promise<string | null> {
  return process.env[poolAddress] === undefined ? null : ((await ask('/storage', {})) as string)
}

async function ask(path: string, vars: Record<string, string>): Promise<unknown> {
  const answer = await fetch(process.env[poolAddress] + path, {
    method: 'POST',
    body: JSON.stringify(vars),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
