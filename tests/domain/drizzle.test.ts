// What of Drizzle its types hide and `src/db/compile.ts` and `rows.ts` build on, member by member: an update
// of Drizzle that moves one fails here, by its name, and not somewhere in a request.
import { Column, eq, noopDecoder, Param, Placeholder, SQL, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { q } from '../../src/db/compile'
import { sessions, users } from '../../src/db/schema'

type Field = { path: string[]; field: unknown }
type Prepared = {
  getQuery(): { sql: string; params: unknown[] }
  executeMethod?: string
  config?: { action: string }
  fields?: Field[]
  joinsNotNullableMap?: Record<string, boolean>
}
/** The query as it is before anything is asked of a database. */
const prepared = (query: unknown) => (query as { _prepare(): Prepared })._prepare()

type Writing = {
  dialect: { buildSelection(fields: Field[]): SQL; sqlToQuery(sql: SQL): { sql: string } }
}
const { dialect } = q as unknown as Writing

const idGiven = sql`${new Param(new Placeholder('id'), users.id)}`

describe('`_prepare()`', () => {
  it('asks nothing of a database, on queries of every kind', () => {
    const queries = [
      q.select().from(users),
      q.insert(users).values({ username: 'a', usernameKey: 'a', joinedAt: 1 }),
      q.update(users).set({ bio: '' }),
      q.delete(users),
      q.run(sql`delete from ${users}`),
      q.all(sql`select 1`),
    ]
    for (const query of queries) expect(prepared(query).getQuery().sql).toMatch(/^[a-z]+ /)
  })

  it('gives `getQuery()`: the text, and the parameters in its order', () => {
    const query = q
      .select({ id: users.id })
      .from(users)
      .where(sql`${users.id} = ${idGiven} and ${users.bio} = ${'none'}`)
    const { sql: text, params } = prepared(query).getQuery()
    expect(text).toBe('select "id" from "users" where "users"."id" = ? and "users"."bio" = ?')
    expect(params).toEqual([new Param(new Placeholder('id'), users.id), 'none'])
  })

  it('gives the same for plain SQL', () => {
    const { sql: text, params } = prepared(
      q.run(sql`delete from ${users} where ${users.id} = ${new Placeholder('id')}`),
    ).getQuery()
    expect(text).toBe('delete from "users" where "users"."id" = ?')
    expect(params).toEqual([new Placeholder('id')])
  })

  it('has `executeMethod`: `all` where a query answers rows, `run` where it only writes', () => {
    const write = q.delete(users)
    expect(prepared(q.select().from(users)).executeMethod).toBe('all')
    expect(prepared(write).executeMethod).toBe('run')
    expect(prepared(q.delete(users).returning({ id: users.id })).executeMethod).toBe('all')
  })

  it('has `config.action` in its place for plain SQL', () => {
    const [all, run] = [prepared(q.all(sql`select 1`)), prepared(q.run(sql`delete from ${users}`))]
    expect([all.executeMethod, all.config?.action]).toEqual([undefined, 'all'])
    expect([run.executeMethod, run.config?.action]).toEqual([undefined, 'run'])
  })

  it('has `fields`: each column of the result with its path in the row, in the order of the text', () => {
    const own = sql<number>`1`.as('one')
    const query = q
      .select({ id: users.id, session: { begun: sessions.createdAt }, own })
      .from(users)
      .leftJoin(sessions, eq(sessions.userId, users.id))
    expect(prepared(query).fields?.map(({ path }) => path)).toEqual([
      ['id'],
      ['session', 'begun'],
      ['own'],
    ])
    expect(prepared(query).fields?.[0]?.field).toBe(users.id)
    expect(prepared(query).fields?.[1]?.field).toBe(sessions.createdAt)
    expect(prepared(query).fields?.[2]?.field).toBeInstanceOf(SQL.Aliased)
  })

  it('has `fields` of what a write returns, and none where it returns nothing', () => {
    const returned = prepared(q.delete(users).returning({ id: users.id })).fields
    expect(returned).toEqual([{ path: ['id'], field: users.id }])
    expect(prepared(q.delete(users)).fields).toBe(undefined)
    expect(prepared(q.all(sql`select 1`)).fields).toBe(undefined)
  })

  it('has `joinsNotNullableMap`: by table, whether each row of the result has one of its', () => {
    const from = q.select({ id: users.id, session: { id: sessions.id } }).from(users)
    const on = eq(sessions.userId, users.id)
    const left = prepared(from.leftJoin(sessions, on)).joinsNotNullableMap
    expect(left).toEqual({ users: true, sessions: false })
    const inner = q.select({ id: users.id }).from(users).innerJoin(sessions, on)
    expect(prepared(inner).joinsNotNullableMap).toEqual({ users: true, sessions: true })
  })
})

describe('the `dialect`', () => {
  it('writes with `buildSelection` and `sqlToQuery` what a select begins with', () => {
    const query = q
      .select({ id: users.id, other: sessions.id, own: sql`1`.as('own') })
      .from(users)
      .innerJoin(sessions, eq(sessions.userId, users.id))
    const { fields } = prepared(query)
    const list = dialect.sqlToQuery(dialect.buildSelection(fields!)).sql
    expect(list).toBe('"users"."id", "sessions"."id", 1 as "own"')
    expect(prepared(query).getQuery().sql.startsWith(`select ${list} from "users"`)).toBe(true)
  })
})

describe('a parameter', () => {
  it('keeps its `value` and the column that encodes it as its `encoder`', () => {
    const param = new Param(new Placeholder('active'), users.isActive)
    expect(param.value).toEqual(new Placeholder('active'))
    expect(param.encoder).toBe(users.isActive)
    expect([true, false].map((flag) => param.encoder.mapToDriverValue(flag))).toEqual([1, 0])
  })

  it('goes by the `name` of its placeholder, dots and all', () => {
    expect(new Placeholder('owner.userId').name).toBe('owner.userId')
  })
})

describe('a field', () => {
  type HasDecoder = { decoder: { mapFromDriverValue(cell: unknown): unknown } }
  const decoderOf = (part: SQL) => (part as unknown as HasDecoder).decoder

  it('that is SQL has a `decoder`: `noopDecoder`, or what `mapWith` gave it', () => {
    expect(decoderOf(sql`1`)).toBe(noopDecoder)
    expect(decoderOf(sql`1`.mapWith(Boolean)).mapFromDriverValue(1)).toBe(true)
  })

  it('with a name of its own has it as `fieldAlias`, and its SQL as `sql`', () => {
    const part = sql`1`.mapWith(Boolean)
    const named = part.as('one')
    expect([named.fieldAlias, named.sql]).toEqual(['one', part])
    expect(decoderOf(named.sql).mapFromDriverValue(0)).toBe(false)
  })

  it('that is a column reads with `mapFromDriverValue`, the plain ones with that of all columns', () => {
    expect(users.isActive.mapFromDriverValue(1)).toBe(true)
    const isPlain = (column: Column) =>
      column.mapFromDriverValue === Column.prototype.mapFromDriverValue
    expect([users.id, users.username, users.isActive].map(isPlain)).toEqual([true, true, false])
  })
})
