// The router's tables by first word find for each path what one table of all routes finds.
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import type { AppEnv } from '../../src/wire/pipeline/app-env'

const app = createApp()
const plain = new Hono<AppEnv>({ strict: false })
for (const { method, path, handler } of app.routes) plain.on(method, path, handler)

/** What is matched, route by route, and the values of its parameters. */
function matched({ router }: Hono<AppEnv>, method: string, path: string) {
  const [found, stash] = router.match(method, path)
  return found.map(([[handler, route], params]) => {
    const given = Object.entries(params as Record<string, string | number>)
    const values = given.map(([name, at]) => [name, typeof at === 'number' ? stash?.[at] : at])
    return { handler, path: route.path, values: Object.fromEntries(values) }
  })
}

/** A route's path as a request has it, each parameter another number. */
function asked(path: string): string {
  let number = 6
  return path
    .replaceAll(/:\w+\{[^}]*ics[^}]*\}/g, '7.ics')
    .replaceAll(/:\w+(?:\{[^}]*\})?/g, () => String(++number))
    .replace('*', 'anything')
}

const others = [
  '/',
  '/nowhere',
  '/nowhere/7',
  '/friends/7/more',
  '/friendsandmore',
  '/api',
  '//friends',
]
const paths = [...new Set([...app.routes.map(({ path }) => asked(path)), ...others])]

describe('the tables by first word', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'match what one table matches, in its order, by %s',
    (method) => {
      for (const path of paths) {
        expect([path, matched(app, method, path)]).toEqual([path, matched(plain, method, path)])
      }
    },
  )

  it('take no route after the first request', () => {
    expect(() => app.get('/late', (c) => c.text('late'))).toThrow('after the first request')
  })
})
