// What attackers upload as a picture: 400 at every door, and nothing is stored.
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import * as file from '../support/pictures'
import { accountRow } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const noPicture =
  'Upload a valid image. The file you uploaded was either not an image or a corrupted image.'
const tooWide = 'Upload an image of at most 8192 pixels a side and 40 megapixels.'

const attacks: [string, File, string][] = [
  [
    'an SVG',
    new File(['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'], 'a.svg', {
      type: 'image/svg+xml',
    }),
    noPicture,
  ],
  ['HTML', new File(['<!doctype html><script>alert(1)</script>'], 'a.html'), noPicture],
  ['a script named .png', new File(['alert(1)'], 'a.png', { type: 'image/png' }), noPicture],
  [
    'a header of 50,000 × 50,000',
    new File([file.png(file.bytes(), 50_000, 50_000)], 'a.png'),
    tooWide,
  ],
  ['a truncated PNG', new File([file.png().subarray(0, 40)], 'a.png'), noPicture],
  ['a truncated JPEG', new File([file.jpeg().subarray(0, -2)], 'a.jpg'), noPicture],
  ['an empty file', new File([], 'a.png'), noPicture],
  [
    'more than 2 MiB',
    new File([file.png(file.pngChunk('tEXt', new Uint8Array(2 * 1024 * 1024)))], 'a.png'),
    'Upload an image of at most 2 MiB.',
  ],
]

const doors: [string, string, string, string, (words: string) => unknown][] = [
  ['POST', '/users/update/', 'avatar', 'C', (words) => ({ avatar: [words] })],
  [
    'PATCH',
    '/users/user_details/',
    'profile_picture',
    'D',
    (words) => ({ code: 1, error: words, payload: { profile_picture: [words] } }),
  ],
]

describe.each(doors)('%s %s', (method, path, field, _contract, bodyOf) => {
  let alice: Person
  beforeAll(async () => {
    alice = await signUp(world, 'alice')
  })

  const upload = (upload: File) => {
    const form = new FormData()
    form.append(field, upload)
    return call(method, path, { form, as: alice })
  }

  it.each(attacks)('refuses %s', async (_what, attack, words) => {
    const before = await stored()
    const { status, body } = await upload(attack)
    expect([status, body]).toEqual([400, bodyOf(words)])
    expect([await stored(), (await accountRow(alice))['avatar']]).toEqual([before, ''])
  })

  it('refuses a body that is too long before it looks at it', async () => {
    const { status } = await upload(new File([new Uint8Array(2_200_000)], 'a.png'))
    expect(status).toBe(413)
  })

  it('takes nothing of a session that has ended', async () => {
    const gone = await signUp(world, 'gone')
    await call('POST', '/accounts/logout/', { json: { refresh: gone.refresh }, as: gone })
    const before = await stored()
    const form = new FormData()
    form.append(field, new File([file.png()], 'a.png'))
    expect((await call(method, path, { form, as: gone })).status).toBe(401)
    expect(await stored()).toEqual(before)
  })

  const names = ['a.html', '/etc/passwd', 'a..png', '%2e%2e%2fa.html', 'a.png"; x="y', '../a.jpg']
  it.each([...names, '../../../etc/passwd', 'a\\..\\..\\b.png', '..'])(
    'takes nothing of the name %j',
    async (name) => {
      const bob = await signUp(world, 'bob')
      const form = new FormData()
      form.append(field, new File([file.gif()], name, { type: 'text/html' }))
      expect((await call(method, path, { form, as: bob })).status).toBe(200)
      const { avatar } = (await accountRow(bob)) as { avatar: string }
      expect(avatar).toMatch(/^avatars\/[0-9a-f]{40}\.gif$/)
      const served = await call('GET', `/media/${avatar}`)
      expect(served.headers.get('content-type')).toBe('image/gif')
    },
  )

  it('stores a photo without the place where it was taken', async () => {
    const carol = await signUp(world, 'carol')
    const exif = file.jpegSegment(0xe1, file.bytes('Exif\0\0', file.exif(6)))
    const form = new FormData()
    form.append(field, new File([file.jpeg(exif)], 'photo.jpg'))
    await call(method, path, { form, as: carol })
    const { avatar } = (await accountRow(carol)) as { avatar: string }
    const { bytes } = await call('GET', `/media/${avatar}`)
    expect([bytes.length > 0, file.holds(bytes, file.secret)]).toEqual([true, false])
  })
})

async function stored() {
  const { objects } = await env.MEDIA.list()
  const rows = await database.prepare('select key from media order by key').all()
  return [objects.map(({ key }) => key), rows.results]
}
