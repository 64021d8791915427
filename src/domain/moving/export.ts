// Everything that the service holds about a person, for that person: by part, as the nouns say.
import type { Bound } from '../../db/declare'
import { readAs } from '../accounts'
import type { Caller } from '../base/actor'
import type { Context } from '../base/context'
import { type ExportPart, nouns } from './nouns'

/** All that is held about the caller, in one round trip; the messages from their rooms. Times in milliseconds. */
export async function exportOf(ctx: Context, caller: Caller): Promise<Record<ExportPart, unknown>> {
  const parts: Record<string, unknown> = await readAs(ctx, caller, readsOf(caller))
  for (const { complete } of nouns) {
    if (complete) Object.assign(parts, await complete(ctx, caller, parts))
  }
  return parts
}

function readsOf(caller: Caller): Record<string, Bound<unknown>> {
  const reads = nouns.flatMap(({ held = {} }) => Object.entries(held))
  return Object.fromEntries(reads.map(([part, read]) => [part, read({ caller })]))
}
