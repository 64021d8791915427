// The pages that say what there is have all of it: every table stands in docs/storage.md, and every noun in
// docs/architecture.md. Whoever adds one is told here what is missing.
import { getTableName } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { allTables } from '../support/person-columns'

const pages = import.meta.glob<string>('../../docs/{architecture,storage}.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const folders = Object.keys(import.meta.glob('../../src/domain/*/*.ts')).map(
  (path) => /domain\/(\w+)\//.exec(path)![1]!,
)

/** What stands under a heading of a page, up to the next one. */
function section(page: string, heading: string): string {
  const [, rest = ''] = pages[`../../docs/${page}.md`]!.split(`\n## ${heading}\n`)
  return rest.split('\n## ')[0]!
}

/** The words in the first column of a section's table, below its two lines of head. */
function namesIn(text: string): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).flatMap((row) => row.split('|')[1]!.match(/\w+/g) ?? [])
}

const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted()

describe('docs/storage.md', () => {
  it('has a row for every table, and for no other', () => {
    const named = namesIn(section('storage', 'Tables of the database'))
    expect(sorted(named)).toEqual(sorted(allTables.map(getTableName)))
  })
})

describe('docs/architecture.md', () => {
  const nouns = section('architecture', 'The nouns')

  it('has a row for every noun, and for no other', () => {
    expect(sorted(namesIn(nouns))).toEqual(sorted(folders))
  })
})
