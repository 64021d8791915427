// Each person's own labels for their friends: contract D's groups. `Default` is everybody's first label;
// the others keep the order of their first use, even after a time without any.
import { sql } from 'drizzle-orm'
import { friendLabels, friendships } from '../../db/schema'
import { q } from '../../db/compile'
import { count, maybeRow, statement, value } from '../../db/declare'
import { insertInto } from '../../db/names'
import { type Caller, me, readAs, whomOf, writeAs } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { type Page, type PageOf, toPage } from '../base/paging'
import { pair } from './pair'

/** How long a label may be, in characters. */
export const maxLabelLength = 50

type Label = { id: number; label: string }

/** The labels that the caller's friends have now. */
export async function listLabels(
  ctx: Context,
  caller: Caller,
  page: PageOf<number>,
): Promise<Page<Label, number>> {
  const { cursor, limit } = page
  // `Default` has no row of its own and counts as number 0.
  const after = cursor ?? -1
  const { rows } = await readAs(ctx, caller, {
    rows: labelsOf({ caller, after, count: limit + 1 }),
  })
  return toPage(rows, limit, (last) => last.id)
}

/**
 * Gives a friend a label; who labels a friend has agreed to the friendship.
 * @throws `friendship.missing`
 */
export async function labelFriend(
  ctx: Context,
  caller: Caller,
  id: number,
  label: string,
): Promise<void> {
  const friend = { caller, other: whomOf(caller, { id }) }
  const { labelled } = await writeAs(ctx, caller, {
    labelled: setLabel({ ...friend, label }),
    remembered: rememberLabel(friend),
  })
  if (!labelled) throw new DomainError('friendship.missing')
}

const labelsOf = statement({ caller: me, after: value<number>(), count: value<number>() }, (p) =>
  q.all<Label>(sql`select 0 as id, 'Default' as label where ${p.after} < 0
      union all select * from (
        select ${friendLabels.id} as id, ${friendLabels.label} as label from ${friendLabels}
        where ${friendLabels.userId} = ${p.caller} and ${friendLabels.id} > ${p.after}
          and exists (select 1 from ${friendships} where ${friendships.userId} = ${friendLabels.userId}
            and ${friendships.label} = ${friendLabels.label})
        order by ${friendLabels.id} limit ${p.count})
      limit ${count(p.count)}`),
)

const setLabel = maybeRow({ ...pair, label: friendships.label }, (p) =>
  q
    .update(friendships)
    .set({ label: p.label, agreed: true })
    .where(sql`${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}`)
    .returning({ label: friendships.label }),
)

const rememberLabel = statement(pair, (p) =>
  q.run(sql`${insertInto(friendLabels, 'userId', 'label')}
    select ${friendships.userId}, ${friendships.label} from ${friendships}
    where ${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
      and ${friendships.label} <> 'Default'
    on conflict do nothing`),
)
