// `npm run generate:docs`: writes the tables of the pages that say what there is: docs/settings.md from
// src/settings/table.ts, docs/storage.md from src/db/schema, docs/architecture.md from the nouns of src/domain.
// With `--check` it writes nothing and fails where a page is not what the source says today.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { readNouns } from './nouns.mjs'
import { tableFiles, tablesIn } from './tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @typedef {{ fallback: string, shown?: string, about: string }} Setting */

/**
 * The table as JavaScript, with its subjects in it: Node before 22.18 reads no TypeScript.
 * @returns {Promise<{ subjects: Record<string, Record<string, Setting>>, secrets: Record<string, string> }>}
 */
function readTable() {
  const entryPoints = [`${root}src/settings/table.ts`]
  const { outputFiles } = buildSync({ entryPoints, bundle: true, format: 'esm', write: false })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
}

/**
 * @param {string[]} heads
 * @param {string[][]} rows
 */
const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** @param {Setting} setting */
const defaultOf = ({ fallback, shown }) => shown ?? (fallback === '' ? 'none' : `\`${fallback}\``)

/** @param {Record<string, Setting>} group */
const settingsTable = (group) =>
  table(
    ['setting', 'default', 'what it does'],
    Object.entries(group).map(([name, one]) => [`\`${name}\``, defaultOf(one), one.about]),
  )

/** @param {Record<string, Record<string, Setting>>} subjects */
const settingsTables = (subjects) =>
  Object.entries(subjects)
    .map(([subject, group]) => `### ${subject}\n\n${settingsTable(group)}`)
    .join('\n\n')

const storageTable = () =>
  table(
    ['table', 'what a row is, and what writes it', 'when it goes'],
    filesInOrder()
      .flatMap(tablesIn)
      .map(({ name, row, goes }) => [`\`${name}\``, row, goes]),
  )

/** By the order of the nouns; a file that is called otherwise than any goes first. */
function filesInOrder() {
  const order = readNouns().map(({ name }) => `${name}.ts`)
  return tableFiles().toSorted((one, other) => order.indexOf(one) - order.indexOf(other))
}

function nounsPart() {
  const nouns = readNouns()
  const order = nouns.map(({ name }) => `**${name}**`).join(' ← ')
  const rows = nouns.map(({ name, about }) => [name, about])
  return `${order}\n\n${table(['noun', 'what is in it'], rows)}`
}

/**
 * A page with its parts put between their two comments.
 * @param {string} page
 * @param {Record<string, string>} parts
 */
const filled = (page, parts) =>
  Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name}, made by [^>]*-->\n)[^]*?(<!-- end of ${name} -->)`),
        (_all, begin, end) => `${begin}\n${part}\n\n${end}`,
      ),
    page,
  )

const { subjects, secrets } = await readTable()
const secretRows = Object.entries(secrets).map(([name, about]) => [`\`${name}\``, about])
/** By page: its parts. @type {Record<string, Record<string, string>>} */
const pages = {
  'docs/settings.md': {
    secrets: table(['secret', 'what it is for'], secretRows),
    settings: settingsTables(subjects),
  },
  'docs/storage.md': { tables: storageTable() },
  'docs/architecture.md': { nouns: nounsPart() },
}

for (const [page, parts] of Object.entries(pages)) {
  const before = readFileSync(root + page, 'utf8')
  const after = filled(before, parts)
  if (before === after) continue
  if (process.argv.includes('--check')) {
    console.error(`${page} is not what the source says: run \`npm run generate:docs\`.`)
    process.exitCode = 1
  } else {
    writeFileSync(root + page, after)
  }
}
