// The service's documents as other people's tools read them: /openapi.json by a validator and a linter,
// /asyncapi.json by AsyncAPI's own schema.
import specs from '@asyncapi/specs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SharedServer } from './support/pool'
import { talkativeServer } from './support/shared-servers'

let server: SharedServer
beforeAll(async () => {
  server = await talkativeServer()
})

async function textOf(path: string): Promise<string> {
  const answer = await fetch(server.origin + path)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  return answer.text()
}

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(JSON.parse(await textOf('/openapi.json')))
    expect([valid, errors, validator.version]).toEqual([true, undefined, '3.1'])
  })

  it('is not found valid where it is not', async () => {
    const document = JSON.parse(await textOf('/openapi.json')) as { paths: object }
    const broken = { ...document, paths: { '/friends': { get: { responses: 'none' } } } }
    expect((await new Validator().validate(broken)).valid).toBe(false)
  })

  it('has nothing for a linter to find', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: {
        // /users/export beside /users/{id}: OpenAPI has the word go first, as the service does.
        'no-ambiguous-paths': 'off',
        // A redirect to 42 and a socket's upgrade are successes too.
        'operation-2xx-response': 'off',
      },
    })
    const problems = await lintFromString({ source: await textOf('/openapi.json'), config })
    const found = problems.map(({ ruleId, message, location }) => {
      return `${ruleId}: ${message} at ${location[0]?.pointer}`
    })
    expect(found).toEqual([])
  })
})

describe('/asyncapi.json', () => {
  it('is a valid AsyncAPI 3 document', async () => {
    const ajv = new Ajv({ strict: false, logger: false })
    const schema = specs.schemasWithoutId['3.0.0'] as object
    const document: unknown = JSON.parse(await textOf('/asyncapi.json'))
    const judge = ajv.compile(schema)
    judge(document)
    expect(judge.errors).toBeNull()
    expect(judge({ asyncapi: '3.0.0', channels: { chat: 1 } })).toBe(false)
  })
})
