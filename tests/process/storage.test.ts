// docs/storage.md names every table: of the database, and of a room's own.
import { readFileSync } from 'node:fs'
import { getTableName, is, Table } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import * as database from '../../src/db/schema'
import * as room from '../../src/realtime/room/schema'

const page = readFileSync(new URL('../../docs/storage.md', import.meta.url), 'utf8')

const tablesOf = (schema: Record<string, unknown>) =>
  Object.values(schema).flatMap((one) => (is(one, Table) ? [getTableName(one)] : []))

/** In the first column of the page's first table, where one row may name several. */
const named = [...page.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|/gm)].flatMap(([, names = '']) =>
  [...names.matchAll(/[a-z_]+/g)].map(([name]) => name),
)

describe('docs/storage.md', () => {
  it('has each table of the database in a row, and no other', () => {
    expect(named.toSorted()).toEqual(tablesOf(database).toSorted())
  })

  it.each(tablesOf(room))('says what a room keeps in `%s`', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}\`\\s\\(`))
  })
})
