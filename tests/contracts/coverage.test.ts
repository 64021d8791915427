// Every route has a contract case: a `describe('<METHOD> <path>')` with a test in it, in one of the
// files beside this one (what no document has of the sockets: in ../realtime/), where the path is written
// as the route is registered.
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'

const files = import.meta.glob<string>('../{contracts,realtime}/*.test.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
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
