// Names of tables and columns inside raw SQL (src/db/names.ts), as the text that is sent.
import { eq, type SQL, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { q } from '../../src/db/compile'
import { statement } from '../../src/db/declare'
import { assign, bare, insertInto, of, under } from '../../src/db/names'
import { memberships, sessions, users } from '../../src/db/schema'

/** The text of a piece of SQL, in a query that is nothing else. */
const textOf = (part: SQL) => statement({}, () => q.run(part))({}).compiled().text

describe('`of`', () => {
  it('is a column with its table', () => {
    expect(textOf(of(users.usernameKey))).toBe('"users"."username_key"')
  })

  it('stays so in a query of one table, where Drizzle leaves the table out', () => {
    const query = (column: SQL | typeof users.id) =>
      statement({}, () => q.select({ own: sql`(select 1 where ${column})`.as('own') }).from(users))(
        {},
      ).compiled().text
    expect(query(users.id)).toBe('select (select 1 where "id") as "own" from "users"')
    expect(query(of(users.id))).toBe('select (select 1 where "users"."id") as "own" from "users"')
  })
})

describe('`bare`', () => {
  it('is a column’s name alone, wherever it stands', () => {
    expect(textOf(bare(users.usernameKey))).toBe('"username_key"')
    const joined = statement({}, () =>
      q
        .select({ id: bare(users.leftAt).as('id') })
        .from(users)
        .innerJoin(sessions, eq(sessions.userId, users.id)),
    )
    expect(joined({}).compiled().text).toMatch(/^select "left_at" as "id" from "users" inner join/)
  })
})

describe('`under`', () => {
  it('is a column by another name of its table', () => {
    expect(textOf(under('other', users.isActive))).toBe('"other"."is_active"')
    expect(textOf(under('excluded', users.bio))).toBe('"excluded"."bio"')
  })
})

describe('`insertInto`', () => {
  it('lists the columns by the keys of the schema, in the order given', () => {
    const text = textOf(sql`${insertInto(memberships, 'groupId', 'userId')} values (1, 2)`)
    expect(text).toBe('insert into "memberships" ("group_id", "user_id") values (1, 2)')
  })

  it('does not compile with a column that is not there', () => {
    // @ts-expect-error no column of that name
    expect(() => insertInto(memberships, 'group_id')).toThrow(TypeError)
  })
})

describe('`assign`', () => {
  it('sets columns by the keys of the schema', () => {
    const set = assign(users, { onlineUntil: sql`0`, isActive: under('excluded', users.isActive) })
    expect(textOf(sql`update ${users} set ${set}`)).toBe(
      'update "users" set "online_until" = 0, "is_active" = "excluded"."is_active"',
    )
  })
})
