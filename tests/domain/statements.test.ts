// Statements on D1, through its binding and through a session; `process/libsql.test.ts` has libSQL.
import { env } from 'cloudflare:workers'
import { describe } from 'vitest'
import { describeStatements } from '../support/statement-cases'

describe('on D1', () => {
  describeStatements(() => env.DB)
})

describe('in a session of D1', () => {
  describeStatements(() => env.DB.withSession('first-primary'))
})
