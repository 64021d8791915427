// What a deployment can set about sign-in through 42, and what it is told when that cannot be.
import { describe, expect, it } from 'vitest'
import { readFortyTwo } from '../../src/settings/fortytwo'
import { createWorld } from '../support/world'

const registered = { FORTYTWO_CLIENT_ID: 'an id', FORTYTWO_CLIENT_SECRET: 'a secret' }
const read = (env: Record<string, string>) => readFortyTwo((name) => env[name] ?? '')

describe('the settings for 42', () => {
  it('need an id and a secret; the rest has defaults', () => {
    expect(read(registered)).toEqual({
      settings: {
        clientId: 'an id',
        clientSecret: 'a secret',
        url: 'https://api.intra.42.fr',
        imageHosts: ['cdn.intra.42.fr'],
      },
      problems: [],
    })
  })

  it('may all be absent', () => {
    expect(read({})).toEqual({ settings: null, problems: [] })
  })

  it('take another base and other hosts', () => {
    const env = {
      FORTYTWO_URL: 'http://127.0.0.1:4242/42/',
      FORTYTWO_IMAGE_HOSTS: 'a.example, B.example',
    }
    expect(read({ ...registered, ...env }).settings).toMatchObject({
      url: 'http://127.0.0.1:4242/42',
      imageHosts: ['a.example', 'b.example'],
    })
  })

  it.each([
    ['FORTYTWO_URL', 'http://api.intra.42.fr'],
    ['FORTYTWO_URL', 'https://api.intra.42.fr/?a=b'],
    ['FORTYTWO_URL', 'https://alice@api.intra.42.fr'],
    ['FORTYTWO_URL', 'ftp://api.intra.42.fr'],
    ['FORTYTWO_URL', 'api.intra.42.fr'],
    ['FORTYTWO_IMAGE_HOSTS', 'cdn.intra.42.fr:8443'],
    ['FORTYTWO_IMAGE_HOSTS', 'https://cdn.intra.42.fr'],
    ['FORTYTWO_IMAGE_HOSTS', '127.0.0.1'],
    ['FORTYTWO_IMAGE_HOSTS', '*.42.fr'],
  ])('refuse %s=%s', (name, value) => {
    const { problems } = read({ ...registered, [name]: value })
    expect(problems).toEqual([expect.stringContaining(name)])
  })

  it.each(['FORTYTWO_CLIENT_ID', 'FORTYTWO_CLIENT_SECRET'])(
    'keep the Worker from serving with %s alone',
    async (name) => {
      const half = createWorld({ env: { [name]: 'set' } })
      expect((await half.call('GET', '/health')).status).toBe(503)
    },
  )
})
