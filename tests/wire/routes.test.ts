// Every route is in the file that its URL names. The rule: of the files that are named by the first words of
// a path (parameters left out; a dot or an underscore parts a file's name as a hyphen does, what follows the
// last dot is none of it), a route is in the one with the most words. So /users/user_info/:id is in
// users/user-info.ts, /api/plans/:id/invite in api/plans/invite.ts, /accounts/login in accounts.ts.
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'

const modules = import.meta.glob<Record<string, unknown>>('../../src/routes/**/*.ts', {
  eager: true,
})

/** The routes' files, such as `users/blocks`, with what is exported from each. */
const files = new Map(
  Object.entries(modules)
    .map(([path, exported]) => [/routes\/(.+)\.ts$/.exec(path)![1]!, exported] as const)
    .filter(([file]) => file !== 'index' && file !== 'list'),
)

/** `/api/plans/:file{.+[.]ics}` as `api`, `plans`; `/.well-known/jwks.json` as `well-known`, `jwks`. */
function wordsOf(path: string): string[] {
  return path
    .replace(/:\w+(?:\{[^}]*\})?/g, '')
    .split('/')
    .map((step) =>
      step
        .replace(/^\./, '')
        .replace(/\.\w+$/, '')
        .replaceAll(/[._]/g, '-'),
    )
    .filter((word) => word !== '')
}

/** The file that a path names; `null` where there is none. */
function fileOf(path: string, known: Iterable<string>): string | null {
  const names = new Set(known)
  // The address of the service itself, which leads to the web app.
  if (path === '/') return 'app'
  const words = wordsOf(path)
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join('/')
    if (names.has(name)) return name
  }
  return null
}

/** The routes of a file; the one that describes the others makes its router of them. */
function routesOf(exported: Record<string, unknown>): string[] {
  const [one, ...more] = Object.values(exported)
  if (more.length > 0) throw new Error('A file of routes exports its router, and nothing else.')
  const router = one instanceof Hono ? one : (one as (others: Hono[]) => Hono)([])
  return router.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path)
}

const misplaced = (all: [file: string, paths: string[]][]): string[] =>
  all.flatMap(([file, paths]) =>
    paths
      .map((path) => [path, fileOf(path, files.keys())] as const)
      .filter(([, named]) => named !== file)
      .map(([path, named]) => `${path} is in ${file}.ts, not in ${named}.ts`),
  )

describe('a route', () => {
  const all = [...files].map(([file, exported]): [string, string[]] => [file, routesOf(exported)])

  it('is in the file that its URL names', () => {
    expect(misplaced(all)).toEqual([])
    expect(all.filter(([, paths]) => paths.length === 0)).toEqual([])
  })

  it('is in none of another name', () => {
    expect(misplaced([['users', ['/users/blocks/:id', '/users/:id{[0-9]+}', '/nobody']]])).toEqual([
      '/users/blocks/:id is in users.ts, not in users/blocks.ts',
      '/nobody is in users.ts, not in null.ts',
    ])
  })

  it('is answered by the service, and the service answers no other', () => {
    const answered = createApp().routes.filter(({ method }) => method !== 'ALL')
    const distinct = (paths: string[]) => [...new Set(paths)].toSorted()
    expect(distinct(answered.map(({ path }) => path))).toEqual(
      distinct(all.flatMap(([, paths]) => paths)),
    )
  })
})
