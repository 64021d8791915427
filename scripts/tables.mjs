// The tables of the database as src/db/schema has them, with what each says above itself:
// @row what a row is, and what writes it  @goes when it goes
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const schema = fileURLToPath(new URL('../src/db/schema/', import.meta.url))

/** @typedef {{ name: string, row: string, goes: string }} Table */

/** @type {(file: string) => string} */
const read = (file) => readFileSync(schema + file, 'utf8')

/** A comment right above a table; its name is the first text behind `sqliteTable(`. */
const declaration =
  /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n)?export const \w+ = sqliteTable\(\s*'(\w+)'/g

/** The files with tables in them, by name. */
export const tableFiles = () =>
  readdirSync(schema)
    .filter((file) => file !== 'index.ts' && read(file).includes('= sqliteTable('))
    .toSorted()

/**
 * The tables of a file, in its order.
 * @param {string} file
 * @returns {Table[]}
 */
export function tablesIn(file) {
  return [...read(file).matchAll(declaration)].map(([, comment = '', name = '']) => {
    const tagged = (/** @type {string} */ tag) => {
      const [, text] = new RegExp(`@${tag} ([^@]+)`).exec(comment) ?? []
      if (text) return text.replaceAll(/\s*\n \*\s*/g, ' ').trim()
      throw new Error(`src/db/schema/${file}: the table ${name} does not say @${tag}`)
    }
    return { name, row: tagged('row'), goes: tagged('goes') }
  })
}
