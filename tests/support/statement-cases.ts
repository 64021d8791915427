// What statements promise on every database that they run on (src/db/declare.ts, batch.ts): the same cases
// for D1 inside workerd and for a real libsql-server. Beside the schema they need nothing.
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import type { Db } from '../../src/db/client'
import { contacts, conversations, counters, users } from '../../src/db/schema'
import { runBatch } from '../../src/db/batch'
import { q } from '../../src/db/compile'
import {
  change,
  changeTo,
  oneRow,
  composite,
  count,
  list,
  maybeRow,
  statement,
  value,
} from '../../src/db/declare'
import { parsed } from '../../src/db/rows-in-bytes'
import { isGuardFailure, isRefused, orFail } from '../../src/db/guards'

const insertUser = statement(
  { username: users.username, key: users.usernameKey, active: users.isActive, now: users.joinedAt },
  (p) =>
    q
      .insert(users)
      .values({ username: p.username, usernameKey: p.key, isActive: p.active, joinedAt: p.now })
      .returning({ id: users.id }),
)
const insertContact = statement(
  { owner: contacts.ownerId, first: contacts.firstName, birthday: contacts.birthday },
  (p) =>
    q
      .insert(contacts)
      .values({
        ownerId: p.owner,
        firstName: p.first,
        lastName: 'Yamada',
        birthday: p.birthday,
        createdAt: 1,
        updatedAt: 1,
      })
      .returning({ id: contacts.id }),
)
const userOf = statement({ id: users.id }, (p) => q.select().from(users).where(eq(users.id, p.id)))
const countUsers = oneRow({}, () => q.all<{ n: number }>(sql`select count(*) as n from ${users}`))

let made = 0
const newKey = () => `somebody-${++made}`

/** Registers the cases; `open` gives the database, once it is there, with all migrations applied. */
export function describeStatements(open: () => Db): void {
  const run: (...statements: any[]) => Promise<any[]> = (...statements) =>
    runBatch(open(), { all: statements }).then(({ all }) => all)
  const failureOf = (...statements: any[]) =>
    run(...statements).then(
      () => undefined,
      (error: unknown) => error,
    )
  async function makeUser(more: { active?: boolean; now?: number } = {}): Promise<number> {
    const key = newKey()
    const { active = true, now = 1 } = more
    const [[user]] = await run(insertUser({ username: key.toUpperCase(), key, active, now }))
    return user.id
  }
  async function makeContact(owner: number, first = 'Taro', birthday: string | null = null) {
    const [[contact]] = await run(insertContact({ owner, first, birthday }))
    return contact.id as number
  }

  describe('a select', () => {
    it('that is a list comes to so many bytes of rows, or else ends behind as many as may always come', async () => {
      const owner = await makeUser({})
      for (const first of ['c', 'aé', 'b', 'd', 'e', 'f']) {
        await run(insertContact({ owner, first, birthday: null }))
      }
      const firstNames = (bytes: number | undefined, limit: number, few: boolean) =>
        list(
          { owner: contacts.ownerId, few: value<number>(), count: value<number>() },
          (p) =>
            q
              .select({ first: contacts.firstName, birthday: contacts.birthday })
              .from(contacts)
              .where(eq(contacts.ownerId, p.owner))
              .orderBy(asc(contacts.firstName))
              .limit(count(p.count)),
          (p) => ({ rows: 2, few: sql`${p.few} = 1`, ...(bytes === undefined ? {} : { bytes }) }),
        )({ owner, count: limit, few: Number(few) })
      const listed = async (bytes: number | undefined, limit = 9, few = false) => {
        const [rows] = await run(firstNames(bytes, limit, few))
        return [rows.map(({ first }: { first: string }) => first), rows.isCut ?? false]
      }
      const all = ['aé', 'b', 'c', 'd', 'e', 'f']
      // As JSON a row is `["b",null,0]`; the é is two bytes.
      expect(await listed(5 * 12 + 14)).toEqual([all, false])
      expect(await listed(5 * 12 + 13)).toEqual([['aé', 'b'], true])
      // What is not more than may always come, or few in all, is not even weighed.
      expect(await listed(1, 3)).toEqual([['aé', 'b', 'c'], false])
      expect(await listed(1, 9, true)).toEqual([all, false])
      expect(await listed(1, 0)).toEqual([[], false])
      // Where no weight is said, many are too many.
      expect(await listed(undefined)).toEqual([['aé', 'b'], true])
      expect(await listed(undefined, 9, true)).toEqual([all, false])
    })

    it('that is a list reads its cells as any other does', async () => {
      const now = Date.parse('2026-01-15T10:30:00.123Z')
      const id = await makeUser({ active: false, now })
      const columns = {
        isActive: users.isActive,
        joinedAt: users.joinedAt,
        born: users.dateOfBirth,
      }
      const told = sql<string[]>`json_array(${users.usernameKey}, '"')`
        .mapWith(parsed<string[]>)
        .as('told')
      const given = { id: users.id }
      const select = ({ id }: { id: SQL }) =>
        q
          .select({ ...columns, inner: { name: users.username }, told })
          .from(users)
          .where(eq(users.id, id))
      const [plain, packed] = await run(
        statement(given, select)({ id }),
        list(given, select)({ id }),
      )
      expect(packed).toEqual(plain)
      expect(packed).toEqual([
        {
          isActive: false,
          joinedAt: now,
          born: null,
          inner: { name: `SOMEBODY-${made}` },
          told: [`somebody-${made}`, '"'],
        },
      ])
    })

    it('decodes whole rows by their columns, and encodes parameters by theirs', async () => {
      const now = Date.parse('2026-01-15T10:30:00.123Z')
      const id = await makeUser({ active: false, now })
      const [[user]] = await run(userOf({ id }))
      expect(user).toEqual({
        id,
        username: `SOMEBODY-${made}`,
        usernameKey: `somebody-${made}`,
        email: '',
        emailKey: '',
        password: '',
        firstName: '',
        lastName: '',
        bio: '',
        phoneNumber: '',
        dateOfBirth: null,
        avatar: '',
        isActive: false,
        codeRequired: false,
        joinedAt: now,
        leftAt: null,
        onlineUntil: 0,
        listensUntil: 0,
        object: '',
      })
      const byFlag = statement({ id: users.id, active: users.isActive }, (p) =>
        q
          .select({ isActive: users.isActive })
          .from(users)
          .where(and(eq(users.id, p.id), eq(users.isActive, p.active))),
      )
      const [found, none] = await run(byFlag({ id, active: false }), byFlag({ id, active: true }))
      expect([found, none]).toEqual([[{ isActive: false }], []])
    })

    it('keeps apart the columns of one name of two tables', async () => {
      await makeUser()
      const owner = await makeUser()
      await makeContact(await makeUser())
      const contact = await makeContact(owner, 'Hanako', '2000-02-29')
      const flat = statement({ id: contacts.id }, (p) =>
        q
          .select({
            contact: contacts.id,
            owner: users.id,
            first: contacts.firstName,
            ownFirst: users.firstName,
            birthday: contacts.birthday,
          })
          .from(contacts)
          .innerJoin(users, eq(users.id, contacts.ownerId))
          .where(eq(contacts.id, p.id)),
      )
      const nested = statement({ id: contacts.id }, (p) =>
        q
          .select()
          .from(contacts)
          .innerJoin(users, eq(users.id, contacts.ownerId))
          .where(eq(contacts.id, p.id)),
      )
      const [[one], [two]] = await run(flat({ id: contact }), nested({ id: contact }))
      expect(one).toEqual({
        contact,
        owner,
        first: 'Hanako',
        ownFirst: '',
        birthday: '2000-02-29',
      })
      expect([two.contacts.id, two.users.id, two.users.isActive]).toEqual([contact, owner, true])
      // Without a query around the query, which costs as much again as a short one.
      expect(flat({ id: contact }).compiled().text).toMatch(/^select "contacts"/)
    })

    it('keeps apart a table and its alias, and has null for a left join without a row', async () => {
      const owner = await makeUser()
      const id = await makeContact(owner)
      const other = alias(contacts, 'other')
      const pairs = statement({ owner: contacts.ownerId }, (p) =>
        q
          .select({ mine: { id: contacts.id }, next: { id: other.id, first: other.firstName } })
          .from(contacts)
          .leftJoin(
            other,
            and(eq(other.ownerId, contacts.ownerId), sql`${other.id} > ${contacts.id}`),
          )
          .where(eq(contacts.ownerId, p.owner))
          .orderBy(asc(contacts.id)),
      )
      expect(await run(pairs({ owner }))).toEqual([[{ mine: { id }, next: null }]])
      const second = await makeContact(owner, 'Jiro')
      expect(await run(pairs({ owner }))).toEqual([
        [
          { mine: { id }, next: { id: second, first: 'Jiro' } },
          { mine: { id: second }, next: null },
        ],
      ])
    })

    it('keeps the order of columns that have no name', async () => {
      const unnamed = statement({ n: value<number>(), t: value<string>() }, (p) =>
        q
          .select({ t: sql<string>`${p.t}`, one: sql<number>`1`, n: sql<number>`${p.n} + 0` })
          .from(sql`(select 1)`),
      )
      expect(await run(unnamed({ n: 7, t: 'text' }))).toEqual([[{ t: 'text', one: 1, n: 7 }]])
    })

    it('takes a parameter for its limit', async () => {
      const owner = await makeUser()
      for (const first of ['Taro', 'Jiro', 'Saburo']) await makeContact(owner, first)
      const firsts = statement({ owner: contacts.ownerId, count: value<number>() }, (p) =>
        q
          .select({ first: contacts.firstName })
          .from(contacts)
          .where(eq(contacts.ownerId, p.owner))
          .orderBy(asc(contacts.id))
          .limit(count(p.count)),
      )
      const [two, none] = await run(firsts({ owner, count: 2 }), firsts({ owner, count: 0 }))
      expect([two, none]).toEqual([[{ first: 'Taro' }, { first: 'Jiro' }], []])
    })

    it('of plain SQL answers with a row, or undefined', async () => {
      const select = (p: { x: SQL }) =>
        q.all<{ x: number }>(sql`select ${p.x} as x where ${p.x} is not null`)
      const some = maybeRow({ x: value<number | null>() }, select)
      expect(await run(some({ x: 5 }), some({ x: null }))).toEqual([{ x: 5 }, undefined])
      const one = oneRow({ x: value<number | null>() }, select)
      expect(await run(one({ x: 5 }))).toEqual([{ x: 5 }])
      expect(await failureOf(one({ x: null }))).toEqual(
        new Error('no row where one was due: select ? as x where ? is not null'),
      )
    })
  })

  describe('a write', () => {
    it('says how many rows it changed', async () => {
      const owner = await makeUser()
      await makeContact(owner)
      await makeContact(owner)
      // A date, which moves no sum: D1 counts what a trigger changes too.
      const date = statement({ owner: contacts.ownerId, birthday: contacts.birthday }, (p) =>
        q.update(contacts).set({ birthday: p.birthday }).where(eq(contacts.ownerId, p.owner)),
      )
      const birthday = '2000-02-29'
      const changed = await run(date({ owner, birthday }), date({ owner: -1, birthday }))
      expect(changed).toEqual([{ changes: 2 }, { changes: 0 }])
    })

    it('returns the rows that it wrote', async () => {
      const owner = await makeUser()
      const [one, two] = [await makeContact(owner), await makeContact(owner)]
      const remove = statement({ owner: contacts.ownerId }, (p) =>
        q
          .delete(contacts)
          .where(eq(contacts.ownerId, p.owner))
          .returning({ id: contacts.id, born: contacts.birthday }),
      )
      const [removed, again] = await run(remove({ owner }), remove({ owner }))
      expect(removed).toEqual([
        { id: one, born: null },
        { id: two, born: null },
      ])
      expect(again).toEqual([])
    })

    it('inserts or updates in one statement', async () => {
      const spend = statement({ key: counters.key, until: counters.expiresAt }, (p) =>
        q
          .insert(counters)
          .values({ key: p.key, spent: 1, expiresAt: p.until })
          .onConflictDoUpdate({ target: counters.key, set: { spent: sql`${counters.spent} + 1` } })
          .returning(),
      )
      const key = newKey()
      const [first, second] = await run(spend({ key, until: 5 }), spend({ key, until: 9 }))
      expect(first).toEqual([{ key, spent: 1, expiresAt: 5 }])
      expect(second).toEqual([{ key, spent: 2, expiresAt: 5 }])
    })

    it('inserts what a select finds', async () => {
      const owner = await makeUser()
      const id = await makeContact(owner, 'Taro', '1999-12-31')
      const copy = statement({ id: contacts.id }, (p) =>
        q
          .insert(contacts)
          .select(
            q
              .select({
                id: sql`null`.as('id'),
                ownerId: contacts.ownerId,
                firstName: contacts.firstName,
                lastName: contacts.lastName,
                phoneNumber: contacts.phoneNumber,
                birthday: contacts.birthday,
                platform: contacts.platform,
                contactInfo: contacts.contactInfo,
                lastMetDate: contacts.lastMetDate,
                note: sql`'a copy'`.as('note'),
                createdAt: contacts.createdAt,
                updatedAt: contacts.updatedAt,
              })
              .from(contacts)
              .where(eq(contacts.id, p.id)),
          )
          .returning({ birthday: contacts.birthday, note: contacts.note }),
      )
      const [copied, none] = await run(copy({ id }), copy({ id: -1 }))
      expect([copied, none]).toEqual([[{ birthday: '1999-12-31', note: 'a copy' }], []])
    })

    it('cannot return two columns of one name', () => {
      const twice = statement({}, () =>
        q.delete(contacts).returning({ one: sql`1`, other: sql`2` }),
      )
      expect(() => twice({}).compiled()).toThrow('give each returned column a name of its own')
    })
  })

  describe('a parameter', () => {
    it('can be a list, as JSON', async () => {
      const owner = await makeUser()
      const ids = [await makeContact(owner), await makeContact(owner)]
      const among = statement({ ids: value<string>() }, (p) =>
        q
          .select({ id: contacts.id })
          .from(contacts)
          .where(sql`${contacts.id} in (select value from json_each(${p.ids}))`)
          .orderBy(asc(contacts.id)),
      )
      const many = [...ids, ...Array.from({ length: 500 }, (_, i) => -i)]
      const [found, none] = await run(
        among({ ids: JSON.stringify(many) }),
        among({ ids: JSON.stringify([]) }),
      )
      expect([found, none]).toEqual([ids.map((id) => ({ id })), []])
    })

    it('can be made of several values', async () => {
      const id = await makeUser()
      const key = `somebody-${made}`
      const who = composite<{ id: number | null; key: string | null }>(
        (part) => sql`coalesce(${part('id')},
          (select ${users.id} from ${users} where ${users.usernameKey} = ${part('key')}))`,
      )
      const find = statement({ who }, (p) =>
        q.select({ id: users.id }).from(users).where(eq(users.id, p.who)),
      )
      const results = await run(
        find({ who: { id, key: null } }),
        find({ who: { id: null, key } }),
        find({ who: { id: null, key: 'nobody' } }),
      )
      expect(results).toEqual([[{ id }], [{ id }], []])
    })

    it('has a text of its own for each set of fields that are given', async () => {
      const named = composite<{ id?: number; key?: string }>(
        (part, isGiven) =>
          isGiven('id')
            ? part('id')
            : sql`(select "id" from ${users} where "username_key" = ${part('key')})`,
        'id',
      )
      const found = statement({ whom: named }, (p) =>
        q
          .select({ id: users.id })
          .from(users)
          .where(sql`${users.id} = ${p.whom}`),
      )
      const key = newKey()
      const [[user]] = await run(insertUser({ username: key, key, active: true, now: 1 }))
      const [byId, byKey, byNobody] = await run(
        found({ whom: { id: user.id } }),
        found({ whom: { key } }),
        found({ whom: {} }),
      )
      expect([byId, byKey, byNobody]).toEqual([[user], [user], []])
      expect(found({ whom: { id: 1 } }).compiled().text).not.toContain('username_key')
    })

    it('can be a change: a new value, null, or what is stored', async () => {
      const owner = await makeUser()
      const id = await makeContact(owner, 'Taro', '2000-01-01')
      const edit = statement(
        { id: contacts.id, first: change(contacts.firstName), born: change(contacts.birthday) },
        (p) =>
          q
            .update(contacts)
            .set({ firstName: p.first, birthday: p.born })
            .where(eq(contacts.id, p.id))
            .returning({ first: contacts.firstName, born: contacts.birthday }),
      )
      const [kept, first, born, empty] = await run(
        edit({ id, first: changeTo<string>(undefined), born: changeTo<string | null>(undefined) }),
        edit({ id, first: changeTo('Jiro'), born: changeTo<string | null>(undefined) }),
        edit({ id, first: changeTo<string>(undefined), born: changeTo<string | null>(null) }),
        edit({ id, first: changeTo(''), born: changeTo<string | null>('2001-02-03') }),
      )
      expect(kept).toEqual([{ first: 'Taro', born: '2000-01-01' }])
      expect(first).toEqual([{ first: 'Jiro', born: '2000-01-01' }])
      expect(born).toEqual([{ first: 'Jiro', born: null }])
      expect(empty).toEqual([{ first: '', born: '2001-02-03' }])
    })

    it('can be a change of a flag', async () => {
      const id = await makeUser()
      const edit = statement({ id: users.id, active: change(users.isActive) }, (p) =>
        q
          .update(users)
          .set({ isActive: p.active })
          .where(eq(users.id, p.id))
          .returning({ isActive: users.isActive }),
      )
      const results = await run(
        edit({ id, active: changeTo(false) }),
        edit({ id, active: changeTo<boolean>(undefined) }),
        edit({ id, active: changeTo(true) }),
      )
      expect(results).toEqual([[{ isActive: false }], [{ isActive: false }], [{ isActive: true }]])
    })

    it('is bound anew at each use, in one batch too', async () => {
      const [a, b] = [await makeUser(), await makeUser()]
      const [[first], [second], [again]] = await run(
        userOf({ id: a }),
        userOf({ id: b }),
        userOf({ id: a }),
      )
      expect([first.id, second.id, again.id]).toEqual([a, b, a])
    })

    it('keeps text as it is', async () => {
      const owner = await makeUser()
      for (const text of ['', ' ', "o'clock", '100 % _', 'tab\tand\nline', '名字 🦊 é', '\u2028']) {
        const id = await makeContact(owner, text)
        const first = statement({ id: contacts.id }, (p) =>
          q.select({ first: contacts.firstName }).from(contacts).where(eq(contacts.id, p.id)),
        )
        expect(await run(first({ id }))).toEqual([[{ first: text }]])
      }
    })
  })

  describe('rows inside a row', () => {
    // Names by hand: in a select from one table Drizzle leaves out the tables, also where an inner select
    // needs them. In the order of an inner select: libsql-server's parser knows no ORDER BY inside a call.
    it('are gathered by the database', async () => {
      const owner = await makeUser()
      const nobody = await makeUser()
      const names = statement({ id: users.id }, (p) =>
        q
          .select({
            id: users.id,
            firsts: sql<string[]>`(select json_group_array("first_name") from (
              select "first_name" from "contacts" where "owner_id" = "users"."id" order by "id"))`
              .mapWith((text: string) => JSON.parse(text) as string[])
              .as('firsts'),
          })
          .from(users)
          .where(eq(users.id, p.id)),
      )
      for (const first of ['Taro', 'Ha"nako']) await makeContact(owner, first)
      const [some, none] = await run(names({ id: owner }), names({ id: nobody }))
      expect(some).toEqual([{ id: owner, firsts: ['Taro', 'Ha"nako'] }])
      expect(none).toEqual([{ id: nobody, firsts: [] }])
    })
  })

  describe('a batch', () => {
    it('is nothing where it has no statement', async () => {
      expect(await runBatch(open(), { none: [], absent: undefined })).toEqual({ none: [] })
    })

    it('answers by the names of its statements, in the order in which they stand', async () => {
      const [a, b] = [await makeUser(), await makeUser()]
      const rename = statement({ id: users.id, first: users.firstName }, (p) =>
        q.update(users).set({ firstName: p.first }).where(eq(users.id, p.id)),
      )
      const nameOf = oneRow({ id: users.id }, (p) =>
        q.select({ first: users.firstName }).from(users).where(eq(users.id, p.id)),
      )
      const answered = await runBatch(open(), {
        before: nameOf({ id: a }),
        renamed: [rename({ id: a, first: 'one' }), rename({ id: b, first: 'two' })],
        left: undefined,
        none: [],
        after: nameOf({ id: a }),
        nobody: maybeRow({ id: users.id }, (p) => q.select().from(users).where(eq(users.id, p.id)))(
          {
            id: -1,
          },
        ),
      })
      expect(answered).toEqual({
        before: { first: '' },
        renamed: [{ changes: 1 }, { changes: 1 }],
        none: [],
        after: { first: 'one' },
        nobody: undefined,
      })
    })

    const guard = oneRow({ good: value<number | null>() }, (p) =>
      q.all<{ good: number }>(sql`select ${orFail(sql`${p.good}`)} as good`),
    )

    it('is undone as a whole by a guard that fails, wherever it stands', async () => {
      const [{ n: before }] = await run(countUsers({}))
      const insert = () => {
        const key = newKey()
        return insertUser({ username: key, key, active: true, now: 1 })
      }
      for (const batch of [
        [guard({ good: null }), insert()],
        [insert(), guard({ good: null })],
        [insert(), guard({ good: null }), insert()],
      ]) {
        expect(isGuardFailure(await failureOf(...batch))).toBe(true)
      }
      expect(await run(countUsers({}))).toEqual([{ n: before }])
      expect(await run(guard({ good: 7 }), countUsers({}))).toEqual([{ good: 7 }, { n: before }])
    })

    it('is undone as a whole by any other failure, which is no guard’s', async () => {
      const owner = await makeUser()
      const [{ n: before }] = await run(countUsers({}))
      const key = newKey()
      const insert = insertUser({ username: key, key, active: true, now: 1 })
      const orphan = insertContact({ owner: -1, first: 'Taro', birthday: null })
      const failure = await failureOf(insert, orphan)
      expect(failure).toBeInstanceOf(Error)
      expect(isGuardFailure(failure)).toBe(false)
      expect(isRefused(failure)).toBe(false)
      expect(await run(countUsers({}))).toEqual([{ n: before }])
      expect((await run(userOf({ id: owner })))[0].length).toBe(1)
    })

    it('tells that a unique index refused it', async () => {
      await makeUser()
      const key = `somebody-${made}`
      const again = await failureOf(insertUser({ username: 'x', key, active: true, now: 1 }))
      expect(isRefused(again)).toBe(true)
      expect(isGuardFailure(again)).toBe(false)
    })

    it('tells so of an index over expressions', async () => {
      const [a, b] = [await makeUser(), await makeUser()]
      const begin = statement({ a: conversations.initiatorId, b: conversations.receiverId }, (p) =>
        q.insert(conversations).values({ initiatorId: p.a, receiverId: p.b, createdAt: 1 }),
      )
      const crossed = await failureOf(begin({ a, b }), begin({ a: b, b: a }))
      expect(isRefused(crossed)).toBe(true)
      expect(isRefused(new Error('something else'))).toBe(false)
      expect(isRefused('no error at all')).toBe(false)
    })

    it('finds the database’s words inside an error that wraps it', () => {
      const inner = new Error('UNIQUE constraint failed: users.username_key: SQLITE_CONSTRAINT')
      expect(isRefused(new Error('Failed query', { cause: inner }))).toBe(true)
      expect(isGuardFailure(new Error('x', { cause: new Error('integer overflow') }))).toBe(true)
    })
  })
}
