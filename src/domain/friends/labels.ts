// Each person's own labels for their friends: contract D's groups. `Default` is everybody's first label;
// the others keep the order of their first use, even after a time without any.
import { type SQL, sql } from 'drizzle-orm'
import { friendLabels, friendships } from '../../db/schema'
import { q } from '../../db/compile'
import { count, maybeRow, statement, value } from '../../db/declare'
import { insertInto, of, under } from '../../db/names'
import { type Caller, me, readAs, whomOf, writeAs } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { type Page, type PageOf, toPage } from '../base/paging'
import { pair } from './pair'
import { personOf } from './requests'

/** How long a label may be, in characters. */
export const maxLabelLength = 50

/** How many labels one person's friends can have, beside `Default`. */
const maxLabels = 200

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
 * Gives a friend a label; who labels a friend has agreed to the friendship. Of 200 labels, those that nobody
 * has any more lose their place to a new one.
 * @throws `friendship.missing`, `labels.full`
 */
export async function labelFriend(
  ctx: Context,
  caller: Caller,
  id: number,
  label: string,
): Promise<void> {
  const friend = { caller, other: whomOf(caller, { id }) }
  const { labelled } = await writeAs(ctx, caller, {
    roomMade: forgetUnused({ caller }),
    labelled: setLabel({ ...friend, label }),
    remembered: rememberLabel(friend),
  })
  if (labelled) return
  const { person } = await readAs(ctx, caller, { person: personOf(friend) })
  throw new DomainError(person?.isFriend ? 'labels.full' : 'friendship.missing')
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

const isUsed = sql`exists (select 1 from ${friendships}
  where ${of(friendships.userId)} = ${of(friendLabels.userId)}
    and ${of(friendships.label)} = ${of(friendLabels.label)})`

const isFull = (caller: SQL) => sql`(select count(*) from ${friendLabels} as own
  where ${under('own', friendLabels.userId)} = ${caller}) >= ${sql.raw(String(maxLabels))}`

const forgetUnused = statement({ caller: me }, (p) =>
  q.run(sql`delete from ${friendLabels} where ${of(friendLabels.userId)} = ${p.caller}
    and ${isFull(p.caller)} and not ${isUsed}`),
)

const isKnown = (caller: SQL, label: SQL) => sql`(${label} = 'Default' or exists (
  select 1 from ${friendLabels} where ${of(friendLabels.userId)} = ${caller}
    and ${of(friendLabels.label)} = ${label}))`

const setLabel = maybeRow({ ...pair, label: friendships.label }, (p) =>
  q
    .update(friendships)
    .set({ label: p.label, agreed: true })
    .where(
      sql`${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
        and (${isKnown(p.caller, p.label)} or not ${isFull(p.caller)})`,
    )
    .returning({ label: friendships.label }),
)

const rememberLabel = statement(pair, (p) =>
  q.run(sql`${insertInto(friendLabels, 'userId', 'label')}
    select ${friendships.userId}, ${friendships.label} from ${friendships}
    where ${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
      and ${friendships.label} <> 'Default'
    on conflict do nothing`),
)
