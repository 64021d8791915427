// The router's tables: one for each first word of a path. One for all would be a single expression with a
// group for every route of the service, which each path with an id in it would have to fill.
import type { Result, Router } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'

type Route<T> = [method: string, path: string, handler: T]

/** Matches as hono's own router does, in the order in which routes were added; each table is made at its first use. */
export class FirstWordRouter<T> implements Router<T> {
  name = 'FirstWordRouter'
  readonly #routes: Route<T>[] = []
  readonly #tables = new Map<string, Router<T>>()
  #known: Set<string> | undefined

  add(method: string, path: string, handler: T): void {
    if (this.#known) throw new Error('A route was added after the first request.')
    this.#routes.push([method, path, handler])
  }

  match(method: string, path: string): Result<T> {
    this.#known ??= new Set(this.#routes.map(([, path]) => firstWord(path)).filter(isPlain))
    const word = firstWord(path)
    // All words that begin no route share the table of what is for every path.
    const table = this.#known.has(word) ? word : '*'
    return (this.#tables.get(table) ?? this.#make(table)).match(method, path)
  }

  #make(word: string): Router<T> {
    const router = new SmartRouter<T>({ routers: [new RegExpRouter(), new TrieRouter()] })
    for (const [method, path, handler] of this.#routes) {
      const own = firstWord(path)
      if (own === word || !isPlain(own)) router.add(method, path, handler)
    }
    this.#tables.set(word, router)
    return router
  }
}

function firstWord(path: string): string {
  const end = path.indexOf('/', 1)
  return end < 0 ? path.slice(1) : path.slice(1, end)
}

/** The word stands for itself, and for no pattern. */
function isPlain(word: string): boolean {
  return !/[:*{]/.test(word)
}
