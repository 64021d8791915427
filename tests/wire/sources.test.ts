// The rules of the source that no linter knows: no column in quotes in raw SQL (src/db/names.ts names them out
// of the schema), no result of a batch by its place, and nobody is told of what happened past the events.
import { describe, expect, it } from 'vitest'

const files = import.meta.glob<string>('../../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Where names are made: there they are in quotes. And where results are given theirs. */
const mayQuote = /\/src\/db\/(?:names\.ts|schema\/)/
const mayCount = /\/src\/db\/batch\.ts/
/** States, which are no events: presence, as a person's object announces it, and what is to be read anew. And the port itself. */
const mayNotify =
  /\/src\/(?:realtime\/person\/presence-lease|domain\/people\/changed|platform\/people)\.ts/

/** What breaks a rule in the source, as `path:line: what`. */
function brokenIn(path: string, source: string): string[] {
  const quoted = mayQuote.test(path) ? [] : quotedIn(source)
  const counted = mayCount.test(path) ? [] : byPlaceIn(source)
  const notifying = mayNotify.test(path) ? [] : notifyingIn(source)
  return [...quoted, ...counted, ...notifying].map(
    ({ at, what }) => `${path.replace('../../', '')}:${lineOf(source, at)}: ${what}`,
  )
}

/** Where somebody is told by the port. */
const notifyingIn = (source: string): Found[] =>
  [...source.matchAll(/\.notify\(/g)].map(({ index }) => ({ at: index, what: 'notify' }))

type Found = { at: number; what: string }

const lineOf = (source: string, at: number) => source.slice(0, at).split('\n').length

/** The words in double quotes of templates that are SQL, without what is put into them. */
function quotedIn(source: string): Found[] {
  return sqlIn(source).flatMap(({ at, text }) =>
    [...text.matchAll(/"\w+"(?:\."\w+")?/g)].map((match) => ({
      at: at + match.index,
      what: match[0],
    })),
  )
}

/** The templates behind `sql`, those within others too; what is put into one is blank in its text. */
function sqlIn(source: string): { at: number; text: string }[] {
  const begins = [...source.matchAll(/\bsql(?:\.raw\(|<[^`;]*?>)?`/g)].map(
    ({ index, 0: match }) => index + match.length,
  )
  return begins.map((at) => ({ at, text: ownTextFrom(source, at) }))
}

/** A template's own text, from behind its opening quote; each `${…}` is as many blanks. */
function ownTextFrom(source: string, at: number): string {
  let text = ''
  for (let i = at; i < source.length && source[i] !== '`';) {
    const end = source.startsWith('${', i) ? endOfPart(source, i) : i + 1
    text += end === i + 1 ? source[i] : ' '.repeat(end - i)
    i = end
  }
  return text
}

/** Where a `${…}` ends, whatever templates and braces are within. */
function endOfPart(source: string, at: number): number {
  let depth = 0
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '{') depth++
    if (source[i] === '}' && --depth === 0) return i + 1
    if (source[i] === '`') i = i + 1 + ownTextFrom(source, i + 1).length
  }
  return source.length
}

const runners = '(?:readAs|writeAs|writeIf|runBatch)'
const byPlace: readonly [RegExp, string][] = [
  [/\bresults\.(?:at|slice)\(/g, 'a result by its number'],
  [/\bresults\[/g, 'a result by its number'],
  [new RegExp(String.raw`\[[\w\s,[\]]*\]\s*=\s*await\s+${runners}\(`, 'g'), 'results by place'],
  [new RegExp(String.raw`\bawait ${runners}\([^()]*(?:\([^()]*\)[^()]*)*\)\)\[`, 'g'), 'by place'],
  [/\brunBatch\(\s*[\w.]+,\s*\[/g, 'a batch without names'],
]

function byPlaceIn(source: string): Found[] {
  return byPlace.flatMap(([form, what]) =>
    [...source.matchAll(form)].map(({ index }) => ({ at: index, what })),
  )
}

describe('the source', () => {
  it('quotes no column in raw SQL, takes no result of a batch by its place, and tells by events', () => {
    expect(Object.keys(files)).toContain('../../src/db/batch.ts')
    const broken = Object.entries(files).flatMap(([path, source]) => brokenIn(path, source))
    expect(broken).toEqual([])
  })
})

describe('the rules', () => {
  const path = '../../src/domain/made-up.ts'
  const broken = (...lines: string[]) => brokenIn(path, lines.join('\n'))

  it('find a quoted column, in whatever template of SQL', () => {
    expect(broken('const a = sql`select "id"', '  from ${users} as "other"`')).toEqual([
      'src/domain/made-up.ts:1: "id"',
      'src/domain/made-up.ts:2: "other"',
    ])
    expect(broken('sql<number | null>`max("spent")`')).toEqual(['src/domain/made-up.ts:1: "spent"'])
    expect(broken('sql.raw(`"a"."b"`)')).toEqual(['src/domain/made-up.ts:1: "a"."b"'])
    const within = broken('sql`a ${b ? sql`("within")` : { c: `${"text"}` }} and ("after")`')
    expect(within).toEqual([
      'src/domain/made-up.ts:1: "after"',
      'src/domain/made-up.ts:1: "within"',
    ])
  })

  it('let be what is put into SQL, and texts that are none', () => {
    expect(broken('sql`${of(users.id)} = ${key("a")}`', '`the "word" of a text`')).toEqual([])
  })

  it('let names be made where they are made', () => {
    expect(brokenIn('../../src/db/names.ts', 'sql`"id"`')).toEqual([])
    expect(brokenIn('../../src/db/schema/users.ts', 'sql`"id"`')).toEqual([])
    expect(brokenIn('../../src/db/guards.ts', 'sql`"id"`')).toEqual(['src/db/guards.ts:1: "id"'])
  })

  it('find results by place, however they are taken', () => {
    const taken = [
      'const [[own], , rows] = await readAs(ctx, caller, a, b, c)',
      'const [\n  rows,\n] = await writeIf(ctx, caller, whyNot, a)',
      'return results.at(-1)',
      'await runBatch(ctx.db, [a, b])',
      'return (await readAs(ctx, caller, own({ caller })))[0]',
    ]
    for (const line of taken) expect(broken(line)).toHaveLength(1)
  })

  it('find who tells of something that happened past the events', () => {
    const line = 'ctx.later(() => ctx.people.notify(other, event))'
    expect(broken(line)).toEqual(['src/domain/made-up.ts:1: notify'])
    expect(brokenIn('../../src/realtime/person/presence-lease.ts', line)).toEqual([])
  })

  it('let results have names, and lists have places', () => {
    const named = [
      'const { own, rows } = await readAs(ctx, caller, { own: a, rows: b })',
      'const [one] = rows',
      'const [a, b] = await Promise.all([c, d])',
    ]
    expect(broken(...named)).toEqual([])
  })
})
