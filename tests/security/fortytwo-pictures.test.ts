// The picture of a person who comes through 42: from 42's own hosts alone, and judged as an upload. `fetch`
// is a double here, since no server on loopback answers for https://cdn.intra.42.fr.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { fortyTwo as overHttp } from '../../src/platform/fortytwo'
import { runDueJobs } from '../../src/domain/base/jobs'
import { newBudget } from '../../src/platform/budget'
import type { Context } from '../../src/domain/base/context'
import type { Provider } from '../../src/domain/base/providers'
import { database } from '../support/database'
import { authorize, callback, profileOf } from '../support/fortytwo'
import { holds, png, pngChunk, secret } from '../support/pictures'
import { createWorld } from '../support/world'

const minute = 60_000
const link = 'https://cdn.intra.42.fr/users/jimenetz.png'

type Served = (url: string) => Response | Promise<Response>

/** A service whose 42 gives a new person with a picture, and whose `fetch` is answered by `served`. */
function worldServing(served: Served, picture = link, hosts = ['cdn.intra.42.fr']) {
  const profile = profileOf('pictured', { picture })
  const fetched: string[] = []
  const settings = { clientId: '', clientSecret: '', url: '', imageHosts: hosts }
  const provider = overHttp(settings, async (url, init) => {
    fetched.push(`${url} ${init.redirect}`)
    return served(url)
  })
  const signingIn: Provider = {
    ...provider,
    profile: async () => ({ ok: true, got: profile }),
    authorize: async ({ state }) => ({ ok: true, got: `https://42.test/?state=${state}` }),
  }
  let context: Context | undefined
  const world = createWorld({
    context: (made) =>
      (context = {
        ...made,
        providers: new Map([['42', signingIn]]),
      }),
  })
  return {
    ...world,
    fetched,
    signIn: async () => callback(world, { ...(await authorize(world)), code: 'a' }),
    runJobs: () => runDueJobs({ ...context!, budget: newBudget(context!.now) }),
    avatar: () =>
      database
        .prepare(`select avatar from users join identities on user_id = id where subject = ?`)
        .bind(profile.subject)
        .first<string>('avatar'),
    jobs: () =>
      database
        .prepare('select count(*) n from jobs where key = ?')
        .bind(`avatar.fetch:42:${profile.subject}`)
        .first<number>('n'),
  }
}

describe('the picture at 42', () => {
  it('is the account’s avatar once the answer is out, without its metadata', async () => {
    const world = worldServing(() => new Response(png(pngChunk('tEXt', `Comment\0${secret}`))))
    expect((await world.signIn()).status).toBe(200)
    const avatar = await world.avatar()
    expect(avatar).toMatch(/^avatars\/[0-9a-f]{40}\.png$/)
    const shown = await world.call('GET', `/media/${avatar}`)
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(holds(shown.bytes, secret)).toBe(false)
    expect([world.fetched, await world.jobs()]).toEqual([[`${link} manual`], 0])
  })

  it('is asked for at the first sign-in only', async () => {
    const world = worldServing(() => new Response(png()))
    await world.signIn()
    const avatar = await world.avatar()
    await world.signIn()
    expect([world.fetched.length, await world.avatar()]).toEqual([1, avatar])
  })

  it('takes no place from one that the person has chosen meanwhile', async () => {
    const world = worldServing(async () => {
      await database
        .prepare(`update users set avatar = 'avatars/own.png' where username_key like 'pictured%'`)
        .run()
      return new Response(png())
    })
    const before = (await env.MEDIA.list()).objects.length
    await world.signIn()
    expect(await world.avatar()).toBe('avatars/own.png')
    expect((await env.MEDIA.list()).objects.length).toBe(before)
  })

  it.each([
    ['http', 'http://cdn.intra.42.fr/a.png'],
    ['a port', 'https://cdn.intra.42.fr:8443/a.png'],
    ['another host', 'https://evil.example/a.png'],
    ['a host of that ending', 'https://evil-cdn.intra.42.fr/a.png'],
    ['a host of that beginning', 'https://cdn.intra.42.fr.evil.example/a.png'],
    ['a user part', 'https://cdn.intra.42.fr@evil.example/a.png'],
    ['a user part before the host', 'https://alice@cdn.intra.42.fr/a.png'],
    ['a dot behind the host', 'https://cdn.intra.42.fr./a.png'],
    ['this machine', 'https://127.0.0.1/a.png'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:image/png;base64,iVBORw0KGgo='],
    ['no address', 'a.png'],
  ])('is not fetched from %s', async (_name, picture) => {
    const world = worldServing(() => new Response(png()), picture)
    expect((await world.signIn()).status).toBe(200)
    expect([world.fetched, await world.avatar(), await world.jobs()]).toEqual([[], '', 0])
  })

  it('is fetched from the hosts that the deployment lists', async () => {
    const world = worldServing(() => new Response(png()), 'https://img.example/a.png', [
      'img.example',
    ])
    await world.signIn()
    expect(await world.avatar()).toMatch(/^avatars\//)
  })

  it.each<[string, Served]>([
    ['a redirect', () => Response.redirect('https://evil.example/a.png', 302)],
    ['nothing there', () => new Response('', { status: 404 })],
    ['HTML', () => new Response('<script>alert(1)</script>')],
    ['SVG', () => new Response('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a truncated picture', () => new Response(png().slice(0, 40))],
    ['no bytes', () => new Response('')],
    ['more than 2 MiB', () => new Response(new Uint8Array(2 * 1024 * 1024 + 1))],
  ])('is given up for %s', async (_name, served) => {
    const world = worldServing(served)
    expect((await world.signIn()).status).toBe(200)
    expect([world.fetched.length, await world.avatar(), await world.jobs()]).toEqual([1, '', 0])
  })

  it('is read no further than 2 MiB, however long it goes on', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const world = worldServing(() => new Response(endless))
    await world.signIn()
    expect(await world.jobs()).toBe(0)
    expect(sent).toBeLessThan(2 * 1024 * 1024 + 3 * 65_536)
  })

  it('is asked for again while 42 is down, and for a day at most', async () => {
    let isDown = true
    const world = worldServing(() => {
      if (isDown) throw new TypeError('network connection lost')
      return new Response(png())
    })
    expect((await world.signIn()).status).toBe(200)
    expect([world.fetched.length, await world.avatar(), await world.jobs()]).toEqual([1, '', 1])
    await world.runJobs()
    expect(world.fetched.length).toBe(1)
    isDown = false
    world.clock.advance(minute)
    await world.runJobs()
    expect(world.fetched.length).toBe(2)
    expect([await world.avatar(), await world.jobs()]).toEqual([
      expect.stringMatching(/^avatars\//),
      0,
    ])

    const forgotten = worldServing(() => new Response('', { status: 503 }))
    await forgotten.signIn()
    expect(await forgotten.jobs()).toBe(1)
    forgotten.clock.advance(24 * 60 * minute)
    await forgotten.runJobs()
    expect([forgotten.fetched.length, await forgotten.jobs()]).toEqual([2, 0])
  })
})
