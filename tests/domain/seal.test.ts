// What is sealed opens for its own row and nobody else's, under today's key and the one before.
import { describe, expect, it, vi } from 'vitest'
import type { Context, Keys } from '../../src/domain/base/context'
import { open, seal, sealKeyId } from '../../src/domain/base/seal'

const key = (byte: number) => new Uint8Array(32).map((_, i) => byte + i)
const [one, two] = [key(1), key(100)]
const report = vi.fn<Context['report']>()
const withKeys = (keys: Pick<Keys, 'seal' | 'sealPrevious'>) =>
  ({ keys, report }) as unknown as Context
const place = { table: 'push_targets', id: 'abc' }
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('a sealed secret', () => {
  const ctx = withKeys({ seal: one })

  it('names its key, holds nothing readable, and is another each time', async () => {
    const [first, second] = [await seal(ctx, place, 'a secret'), await seal(ctx, place, 'a secret')]
    expect(first).toMatch(new RegExp(`^${sealKeyId(one)}\\.[\\w-]{48}$`))
    expect(sealKeyId(one)).toMatch(/^[0-9a-f]{8}$/)
    expect(first).not.toBe(second)
    expect(text(await open(ctx, place, first))).toBe('a secret')
  })

  it('opens in no other row, in no other table, and not when it was changed', async () => {
    const sealed = await seal(ctx, place, 'a secret')
    for (const other of [
      { ...place, id: 'abd' },
      { ...place, table: 'webhook_endpoints' },
    ]) {
      await expect(open(ctx, other, sealed)).rejects.toThrow('does not open')
    }
    const last = sealed.at(-2) === 'A' ? 'B' : 'A'
    const changed = `${sealed.slice(0, -2)}${last}${sealed.at(-1)}`
    await expect(open(ctx, place, changed)).rejects.toThrow('does not open')
    await expect(open(ctx, place, `${sealKeyId(one)}.`)).rejects.toThrow('does not open')
  })

  it('opens under the key before, and is sealed under the new one', async () => {
    const old = await seal(ctx, place, 'a secret')
    const rotated = withKeys({ seal: two, sealPrevious: one })
    expect(text(await open(rotated, place, old))).toBe('a secret')
    expect(await seal(rotated, place, 'a secret')).toMatch(new RegExp(`^${sealKeyId(two)}\\.`))
  })

  it('is not to be had without its key, which the log names and the answer does not', async () => {
    const none = withKeys({})
    await expect(seal(none, place, 'a secret')).rejects.toMatchObject({
      code: 'service.not_configured',
      kind: 'unavailable',
    })
    const sealed = await seal(ctx, place, 'a secret')
    await expect(open(withKeys({ seal: two }), place, sealed)).rejects.toMatchObject({
      code: 'service.not_configured',
    })
    expect(report.mock.calls.slice(0, 1)).toEqual([
      ['not_configured', expect.stringContaining('SEAL_KEY')],
    ])
  })
})
