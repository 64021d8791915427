// The nouns of the domain as their folders have them: what each is, and its place in the order. Each says so
// itself, above its lifecycle:  @noun what is in it  @after the noun that it stands behind
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const domain = fileURLToPath(new URL('../src/domain/', import.meta.url))

/** The first imports no noun, the last imports all. */
const [first, last] = ['base', 'moving']

/** @typedef {{ name: string, about: string, after: string | null, files: string[] }} Noun */

/**
 * @param {string} name
 * @returns {Noun}
 */
function readNoun(name) {
  const files = readdirSync(domain + name).filter((file) => file.endsWith('.ts'))
  const sources = files.map((file) => readFileSync(`${domain}${name}/${file}`, 'utf8')).join('\n')
  const [, about = ''] = /^ \* @noun (.+)$/m.exec(sources) ?? []
  const [, after = null] = /^ \* @after (\w+)$/m.exec(sources) ?? []
  return { name, about, after, files }
}

/**
 * What is wrong with a noun's words about itself.
 * @param {Noun} noun
 * @param {readonly Noun[]} all
 */
function faultsOf({ name, about, after }, all) {
  const isPlaced = name === first || name === last || all.some((one) => one.name === after)
  return [
    ...(about === '' ? [`src/domain/${name} does not say what is in it: @noun`] : []),
    ...(isPlaced ? [] : [`src/domain/${name} does not say which noun it stands behind: @after`]),
  ]
}

/**
 * The nouns in their order: each may import itself and what stands before it. Those behind one and the same
 * noun go by their names.
 * @returns {Noun[]}
 */
export function readNouns() {
  const folders = readdirSync(domain, { withFileTypes: true }).filter((one) => one.isDirectory())
  const all = folders.map(({ name }) => readNoun(name)).toSorted(byName)
  const faults = all.flatMap((noun) => faultsOf(noun, all))
  if (faults.length > 0) throw new Error(faults.join('\n'))
  /** @type {(noun: Noun) => Noun[]} */
  const from = (noun) => [noun, ...all.filter(({ after }) => after === noun.name).flatMap(from)]
  const ends = (/** @type {string} */ name) => all.filter((noun) => noun.name === name)
  return [...ends(first).flatMap(from), ...ends(last)]
}

/** @type {(one: Noun, other: Noun) => number} */
const byName = (one, other) => (one.name < other.name ? -1 : 1)
