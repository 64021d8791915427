// The types of the Worker's runtime that `src/` names, for tests that run in Node.
type D1Database = import('@cloudflare/workers-types').D1Database
type D1DatabaseSession = import('@cloudflare/workers-types').D1DatabaseSession
type CryptoKey = import('node:crypto').webcrypto.CryptoKey
