// The lint rule of our own: a verb of the domain that writes without a guard is found, and the config has it.
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
