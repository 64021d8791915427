// Everything that the service holds about a person, for that person: by part, as the nouns say.
import type { Bound } from '../../db/declare'
import { spend, whyLimited, writeIf } from '../accounts'
import type { Caller } from '../base/actor'
import type { Context } from '../base/context'
import { type ExportPart, nouns } from './nouns'

/**
 * All that is held about the caller, in one round trip; the messages from their rooms. Times in milliseconds.
 * @throws `tries.exceeded`
 */
export async function exportOf(ctx: Context, caller: Caller): Promise<Record<ExportPart, unknown>> {
  const whyNot = () => whyLimited(ctx, caller, 'exports')
  const { spent: _, ...held } = await writeIf(ctx, caller, whyNot, {
    spent: spend(ctx, caller, 'exports'),
    ...readsOf(caller),
  })
  const parts: Record<string, unknown> = held
  for (const { complete } of nouns) {
    if (complete) Object.assign(parts, await complete(ctx, caller, parts))
  }
  return parts
}

function readsOf(caller: Caller): Record<string, Bound<unknown>> {
  const reads = nouns.flatMap(({ held = {} }) => Object.entries(held))
  return Object.fromEntries(reads.map(([part, read]) => [part, read({ caller })]))
}
