// The lint rule of our own: a verb of the domain that writes without a guard is found, and the config has it.
// And the order of the nouns, which the linter holds, is the one that the page has.
import { readFileSync } from 'node:fs'
import { RuleTester } from 'oxlint/plugins-dev'
import { describe, expect, it } from 'vitest'
import config from '../../oxlint.config'
import plugin from '../../scripts/lint/plugin.mjs'

RuleTester.describe = describe
RuleTester.it = it

const errors = [{ messageId: 'unguarded' }]
const of = (filename: string, code: string) => ({ filename, code })

new RuleTester().run('guarded-batches', plugin.rules['guarded-batches'] as never, {
  valid: [
    of('src/domain/plans/plans.js', 'async function addPlan(ctx) { await writeAs(ctx, c, {}) }'),
    of('src/domain/plans/calendars.js', 'const x = 1'),
    of(
      'src/domain/accounts/sessions/sessions.js',
      'async function any(ctx) { await runBatch(ctx.db, {}) }',
    ),
  ],
  invalid: [
    {
      ...of(
        'src/domain/plans/plans.js',
        'async function addPlan(ctx) { await runBatch(ctx.db, {}) }',
      ),
      errors,
    },
    {
      ...of(
        'src/domain/plans/calendars.js',
        'async function other(ctx) { await runBatch(ctx.db, {}) }',
      ),
      errors,
    },
    { ...of('src/domain/plans/plans.js', 'const add = (ctx) => ctx.db.batch([])'), errors },
    {
      ...of('src/domain/plans/plans.js', `import { runBatch as run } from '../../db/batch'`),
      errors,
    },
  ],
})

describe('the rule', () => {
  it('is on for the domain, as an error', () => {
    const on = (config.overrides ?? []).filter(
      ({ rules }) => (rules as Record<string, unknown>)['kith/guarded-batches'] === 'error',
    )
    expect(on.map(({ files }) => files)).toEqual([['src/domain/**']])
    expect(config.jsPlugins).toEqual(['./scripts/lint/plugin.mjs'])
  })
})

describe('the order of the nouns', () => {
  it('is held as docs/architecture.md has it: each may import itself and what stands before it', () => {
    const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
    const order = [...page.matchAll(/\*\*(\w+)\*\*(?= ←|\n\n\| noun)/g)].map(([, name]) => name)
    const held = (config.overrides ?? []).flatMap(
      ({ files: [first = ''] }) => /^src\/domain\/(\w+)\/\*\.ts$/.exec(first)?.[1] ?? [],
    )
    expect(held.length).toBeGreaterThan(8)
    expect(held).toEqual(order)
  })
})
