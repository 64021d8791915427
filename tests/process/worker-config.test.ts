// What wrangler.toml says to the platform and nothing in the code does: it is read as wrangler reads it.
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'

const config = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

it('no call of the Worker may compute for longer than 15 seconds', () => {
  expect(readConfig({ config }).limits).toEqual({ cpu_ms: 15_000 })
})
