// Every route has a contract case: a `describe('<METHOD> <path>')` with a test in it, in one of the
// files beside this one (what no document has of the sockets: in ../realtime/), where the path is written
// as the route is registered. And each of these files has a row in the table of clauses (README.md).
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'

const files = import.meta.glob<string>('../{contracts,realtime}/*.test.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

const [page] = Object.values(
  import.meta.glob<string>('./README.md', { query: '?raw', import: 'default', eager: true }),
)
/** Every test there is, as the table names one. */
const tests = Object.keys(import.meta.glob('../**/*.test.ts'))
const contractTests = tests.filter((path) => path.startsWith('./'))

type Row = { contract: string; clause: string; files: string[] }

/** The table of clauses, without its two lines of head. */
function rowsOf(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => {
    const [, contract = '', clause = '', files = ''] = line.split('|').map((cell) => cell.trim())
    return { contract, clause, files: [...files.matchAll(/`([^`]+)`/g)].map(([, name]) => name!) }
  })
}

/** What is wrong with a table: rows without a clause, files that are not there, tests that it lacks. */
function faultsOf(rows: Row[], needed: string[]): string[] {
  const named = rows.flatMap(({ files }) => files)
  const pathOf = (name: string) => (name.startsWith('../') ? name : `./${name}`)
  const paths = new Set(named.map(pathOf))
  return [
    ...rows.flatMap(({ contract, clause, files }) =>
      contract && clause && files.length > 0 ? [] : [`no clause: ${contract} ${clause}`.trim()],
    ),
    ...named.filter((name) => !tests.includes(pathOf(name))).map((name) => `no file: ${name}`),
    ...needed.filter((path) => !paths.has(path)).map((path) => `no row: ${path}`),
  ]
}

describe('the table of clauses', () => {
  it('has a clause in every row, and every contract test', () => {
    expect(contractTests).toContain('./a.test.ts')
    expect(faultsOf(rowsOf(page!), contractTests)).toEqual([])
  })

  it('is found wanting where it is not so', () => {
    const table = '| contract | clause | test files |\n|---|---|---|\n'
    const rows = rowsOf(`${table}| A | | \`a.test.ts\` |\n| B | all | \`gone.test.ts\` |`)
    const faults = ['no clause: A', 'no file: gone.test.ts', 'no row: ./b-plans.test.ts']
    expect(faultsOf(rows, ['./a.test.ts', './b-plans.test.ts'])).toEqual(faults)
  })
})

/** The names of a file's outermost `describe`s that hold at least one test. */
function casesIn(source: string): string[] {
  return source
    .split(/^(?=describe\b)/m)
    .filter((block) => /^\s+it(\.each)?\W|^\s+itIs[A-Z]/m.test(block))
    .flatMap(namesOf)
}

/** A `describe`'s name; that of `describe.each(['PUT', 'PATCH'])('%s /path', …)` once for each text. */
function namesOf(block: string): string[] {
  const head = /^describe(?:\.each\(\[([^\]]*)\]\))?\(\s*(['"`])(.+?)\2/.exec(block)
  const [, each, , name] = head ?? []
  if (!name) return []
  if (each === undefined) return [name]
  return [...each.matchAll(/'([^']*)'/g)].map(([, text]) => name.replace('%s', text!))
}

function routesWithoutCase(app: ReturnType<typeof createApp>, sources: string[]): string[] {
  const cases = new Set(sources.flatMap(casesIn))
  const routes = app.routes.filter(({ method }) => method !== 'ALL')
  const names = new Set(routes.map(({ method, path }) => `${method} ${path}`))
  return [...names].filter((name) => !cases.has(name))
}

describe('the contract cases', () => {
  it('cover every route of the service', () => {
    expect(Object.keys(files)).toContain('./a.test.ts')
    expect(routesWithoutCase(createApp(), Object.values(files))).toEqual([])
  })

  it('are missed when a route has none', () => {
    const app = createApp()
    app.get('/made/:up', (c) => c.body(null))
    expect(routesWithoutCase(app, Object.values(files))).toEqual(['GET /made/:up'])
  })

  it('do not count when no test is in them', () => {
    const app = createApp()
    app.get('/made/:up', (c) => c.body(null))
    const empty =
      "describe('GET /made/:up', () => {})\n\ndescribe('PUT /x', () => {\n  it('is', f)\n})"
    const full = "describe('GET /made/:up', () => {\n  it('is made up', () => {})\n})"
    const sources = Object.values(files)
    expect(routesWithoutCase(app, [...sources, empty])).toEqual(['GET /made/:up'])
    expect(routesWithoutCase(app, [...sources, full])).toEqual([])
    const each = "describe.each(['PUT', 'GET'])('%s /made/:up', (m) => {\n  it('is', f)\n})"
    expect(routesWithoutCase(app, [...sources, each])).toEqual([])
  })
})
