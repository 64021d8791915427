// Pages of lists: `?limit=`, `?cursor=`, and the `Link` that says where it goes on.
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { toPage } from '../../src/domain/base/paging'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { detail, errorsIn } from '../../src/wire/errors/dialects'
import { listed, pageQuery } from '../../src/wire/input/paging'

const all = [1, 2, 3, 4, 5, 6, 7]

/** Lists numbers, at most five at a time. */
const app = new Hono<AppEnv>({ strict: false })
app.onError(errorsIn(detail))
app.use((c, next) => {
  c.set('origin', 'https://api.example.org')
  return next()
})
app.get('/numbers', pageQuery(5), (c) => {
  const { limit, cursor } = c.req.valid('query')
  const rows = all.filter((n) => n > (cursor ?? 0)).slice(0, limit + 1)
  return c.json(
    listed(
      c,
      toPage(rows, limit, (last) => last),
      (n) => n,
    ),
  )
})

/** Lists numbers as texts of so many characters. */
app.get('/texts/:size', pageQuery(5), (c) => {
  const { limit, cursor } = c.req.valid('query')
  const rows = all.filter((n) => n > (cursor ?? 0)).slice(0, limit + 1)
  const text = (n: number) => String(n).repeat(Number(c.req.param('size')))
  return c.json(
    listed(
      c,
      toPage(rows, limit, (last) => last),
      text,
    ),
  )
})

async function get(path: string) {
  const response = await app.request(path)
  return [response.status, await response.json(), response.headers.get('link')]
}
const next = (path: string) => `<https://api.example.org${path}>; rel="next"`

describe('a list', () => {
  it('is cut at its maximum, and says where it goes on', async () => {
    expect(await get('/numbers')).toEqual([200, [1, 2, 3, 4, 5], next('/numbers?cursor=5')])
    expect(await get('/numbers?cursor=5')).toEqual([200, [6, 7], null])
  })

  it('says nothing of more at its end, even when it is just full', async () => {
    expect(await get('/numbers?cursor=2')).toEqual([200, [3, 4, 5, 6, 7], null])
    expect(await get('/numbers?cursor=7')).toEqual([200, [], null])
    expect(await get('/numbers?cursor=700')).toEqual([200, [], null])
  })

  it('takes a limit, and cuts one that is larger than its maximum', async () => {
    expect(await get('/numbers?limit=2')).toEqual([200, [1, 2], next('/numbers?limit=2&cursor=2')])
    const cut = [200, [1, 2, 3, 4, 5], next('/numbers?limit=6&cursor=5')]
    expect(await get('/numbers?limit=6')).toEqual(cut)
    expect((await get('/numbers?limit=1000000'))[1]).toEqual([1, 2, 3, 4, 5])
  })

  it('keeps the spelling of the path and the rest of the query in its Link', async () => {
    const path = '/numbers/?limit=1&name=%C3%A9+%26&cursor=1'
    expect(await get(path)).toEqual([200, [2], next('/numbers/?limit=1&name=%C3%A9+%26&cursor=2')])
  })

  it('ends early at 1 MiB, and goes on behind the last record that found room', async () => {
    const ofTexts = async (path: string) => {
      const [status, items, link] = await get(path)
      return [status, (items as string[]).map((text) => Number(text[0])), link]
    }
    expect(await ofTexts('/texts/400000')).toEqual([200, [1, 2], next('/texts/400000?cursor=2')])
    expect(await ofTexts('/texts/400000?limit=1&cursor=6')).toEqual([200, [7], null])
    // One record is always there, however big.
    expect(await ofTexts('/texts/2000000')).toEqual([200, [1], next('/texts/2000000?cursor=1')])
    expect(await ofTexts('/texts/2000000?cursor=6')).toEqual([200, [7], null])
  })

  it('goes on where its statement had no room for more', () => {
    const rows = Object.assign([1, 2, 3], { isCut: true as const })
    const { items, next: cursor } = toPage(rows, 5, (last) => last)
    expect([items, cursor]).toEqual([[1, 2, 3], 3])
  })

  it('is walked to its end by its Links', async () => {
    const seen: number[] = []
    for (let path = '/numbers?limit=2'; path !== '';) {
      const [, items, link] = await get(path)
      seen.push(...(items as number[]))
      path = link ? /^<https:\/\/api\.example\.org(.+)>/.exec(link as string)![1]! : ''
    }
    expect(seen).toEqual(all)
  })
})
