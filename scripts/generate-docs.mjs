// `npm run generate:docs`: writes the tables of docs/settings.md from src/settings/table.ts. With `--check`
// it writes nothing and fails where the page is not what the table says today.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = `${root}docs/settings.md`

/** @typedef {{ fallback: string, shown?: string, about: string }} Setting */

/**
 * The table as JavaScript: it imports nothing, and Node before 22.18 reads no TypeScript.
 * @returns {Promise<{ subjects: Record<string, Record<string, Setting>>, secrets: Record<string, string> }>}
 */
function readTable() {
  const source = readFileSync(`${root}src/settings/table.ts`, 'utf8')
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' })
  return import(`data:text/javascript,${encodeURIComponent(code)}`)
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

const { subjects, secrets } = await readTable()
const made = {
  secrets: table(
    ['secret', 'what it is for'],
    Object.entries(secrets).map(([name, about]) => [`\`${name}\``, about]),
  ),
  settings: Object.entries(subjects)
    .map(([subject, group]) => `### ${subject}\n\n${settingsTable(group)}`)
    .join('\n\n'),
}

const before = readFileSync(file, 'utf8')
const after = Object.entries(made).reduce(
  (page, [name, text]) =>
    page.replace(
      new RegExp(`(<!-- ${name}, made by [^>]*-->\n)[^]*?(<!-- end of ${name} -->)`),
      (_all, begin, end) => `${begin}\n${text}\n\n${end}`,
    ),
  before,
)
if (!process.argv.includes('--check')) {
  writeFileSync(file, after)
} else if (before !== after) {
  console.error(
    'docs/settings.md is not what src/settings/table.ts says: run `npm run generate:docs`.',
  )
  process.exitCode = 1
}
