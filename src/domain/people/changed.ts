// Tells a person's other devices that something of their own is to be read anew.
import { type Caller, listenerOf } from '../accounts'
import type { Changed, Context } from '../base/context'

/**
 * Tells them after the answer, if one of them may listen: nobody is told later. Behind the batch that has made
 * the change, since that has found who listens.
 */
export function tellChanged(ctx: Context, caller: Caller, changed: Changed): void {
  const listener = listenerOf(ctx, caller)
  if (listener) ctx.later(() => ctx.people.notify(listener, { type: 'changed', ...changed }))
}
