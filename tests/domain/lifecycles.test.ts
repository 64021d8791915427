// Every table is a noun's, and every column that names a person goes when they leave, or the schema says why
// it stays. Whoever adds a table is told here what is missing.
import { integer, sqliteTable } from 'drizzle-orm/sqlite-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { users } from '../../src/db/schema'
import { person } from '../../src/db/schema/person'
import type { Lifecycle } from '../../src/domain/base/lifecycle'
import { nouns } from '../../src/domain/moving/nouns'
import { database } from '../support/database'
import { oneOfEverything } from '../support/one-of-everything'
import { allTables, faultsOf, personColumns } from '../support/person-columns'
import { createWorld } from '../support/world'

const world = createWorld()

describe('the nouns', () => {
  it('own every table, and erase every column that names a person', () => {
    expect(faultsOf(allTables, nouns)).toEqual([])
  })

  it('have names of their own, and no part of the export and no job twice', () => {
    const names = nouns.map(({ name }) => name)
    const parts = nouns.flatMap(({ held = {} }) => Object.keys(held))
    const jobs = nouns.flatMap((noun) => Object.keys(noun.jobs ?? {}))
    for (const list of [names, parts, jobs]) expect(new Set(list).size).toBe(list.length)
  })
})

describe('a made-up table', () => {
  const pins = sqliteTable('pins', { ownerId: person('owner_id') })
  const loose = sqliteTable('loose', { ownerId: integer('owner_id').references(() => users.id) })
  const noun: Lifecycle = { name: 'pins', tables: [pins] }

  it('that no noun owns is found', () => {
    const faults = faultsOf([...allTables, pins], nouns)
    expect(faults).toEqual([
      'pins belongs to 0 nouns',
      'pins.owner_id stays when its person leaves',
    ])
  })

  it('whose noun erases nothing is found', () => {
    expect(faultsOf([pins], [noun])).toEqual(['pins.owner_id stays when its person leaves'])
    expect(faultsOf([pins], [{ ...noun, erase: () => [] }])).toEqual([])
  })

  it('with a column that points at users past the helper is found', () => {
    const owned = { ...noun, tables: [loose], erase: () => [] }
    expect(faultsOf([loose], [owned])).toEqual([
      'loose.owner_id points at users and is no person(…)',
    ])
  })

  it('that keeps somebody with a reason is not', () => {
    const kept = sqliteTable('kept', { ownerId: person('owner_id', { kept: 'it is art' }) })
    expect(faultsOf([kept], [{ name: 'kept', tables: [kept] }])).toEqual([])
  })
})

describe('of somebody who had one of everything and has left', () => {
  const erased = personColumns(allTables).filter(({ kept }) => kept === undefined)
  const before = new Map<string, number>()
  const after = new Map<string, number>()

  beforeAll(async () => {
    const { person } = await oneOfEverything(world)
    const count = async (counts: Map<string, number>) => {
      for (const { table, column } of erased) {
        const sql = `select count(*) as n from ${table} where ${column} = ?`
        const n = await database.prepare(sql).bind(person.id).first<number>('n')
        counts.set(`${table}.${column}`, n ?? 0)
      }
    }
    await count(before)
    await world.call('DELETE', '/users/delete_account/', { as: person })
    await count(after)
  })

  it.each(erased.map(({ table, column }) => `${table}.${column}`))('%s names nobody', (column) => {
    // What nobody has here proves nothing.
    expect(before.get(column), `${column} in an example of tests/fixtures`).toBeGreaterThan(0)
    expect(after.get(column)).toBe(0)
  })
})
