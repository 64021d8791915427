// What vitest.config.ts binds for the tests on top of the Worker's own bindings.
declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import('cloudflare:test').D1Migration[]
    /** Where the project `libsql` runs: the database under test instead of D1. */
    LIBSQL_URL?: string
    FAULTS_FULL: string
    TESTS_FULL: string
  }
}

/** Vite's: the modules that a pattern finds. */
interface ImportMeta {
  glob<T>(
    pattern: string,
    options: { query?: string; import?: string; eager: true },
  ): Record<string, T>
  glob(pattern: string): Record<string, () => Promise<unknown>>
}
