// What vitest.config.ts binds for the tests on top of the Worker's own bindings.
declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
}
