// The bounds of D1's that every statement of the tests is held to (support/statement-bounds.ts, setup.ts).
import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import { q } from '../../src/db/compile'
import { statement } from '../../src/db/declare'
import { beyondBounds } from '../support/statement-bounds'

const compound = (terms: number, word = 'union all') =>
  Array.from({ length: terms }, () => 'select 1').join(` ${word} `)
const call = (count: number) => `json_array(${Array.from({ length: count }, () => '1').join(', ')})`

describe('a text', () => {
  it('has at most 5 terms in one compound SELECT', () => {
    expect(beyondBounds(compound(5))).toBe(null)
    expect(beyondBounds(compound(6))).toBe('compound SELECT of more than 5 terms')
    expect(beyondBounds(compound(6, 'INTERSECT'))).toBe('compound SELECT of more than 5 terms')
  })

  it('begins anew in a sub-select', () => {
    expect(beyondBounds(`${compound(4)} union select * from (${compound(5)})`)).toBe(null)
    expect(beyondBounds(`select 1 where 1 in (${compound(6)}) limit 1`)).toBe(
      'compound SELECT of more than 5 terms',
    )
  })

  it('calls functions with at most 32 arguments', () => {
    expect(beyondBounds(`select ${call(32)}`)).toBe(null)
    expect(beyondBounds(`select ${call(33)}`)).toBe('json_array of 33 arguments')
    expect(beyondBounds(`select json_array(${call(32)}, ${call(33)})`)).toBe(
      'json_array of 33 arguments',
    )
  })

  it('may list more where it calls nothing', () => {
    const list = Array.from({ length: 40 }, () => '?').join(', ')
    expect(beyondBounds(`insert into "t" (${list}) values (${list})`)).toBe(null)
    expect(beyondBounds(`select 1 where 1 in (${list})`)).toBe(null)
  })

  it('may say in quotes what it likes', () => {
    const words = "'union union union union it''s union union'"
    expect(beyondBounds(`select ${words}, "union", "union", "union", "union", "union"`)).toBe(null)
  })
})

describe('a statement of the service', () => {
  it('is not sent where its text is beyond', async () => {
    const tooLong = statement({}, () => q.all(sql.raw(`select ${call(33)}`)))
    await expect(runBatch(env.DB, { tooLong: tooLong({}) })).rejects.toThrow(
      'D1 takes no json_array of 33 arguments',
    )
  })
})
