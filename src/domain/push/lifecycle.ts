// Push's part in leaving, the export and the sweep. A target also goes with its session (a foreign key).
import { eq, sql } from 'drizzle-orm'
import { outsideTokens, pushTargets } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { type Lifecycle, sweepStep } from '../base/lifecycle'
import { failingKept } from './outcomes'

const eraseTargets = statement({ id: pushTargets.userId }, (p) =>
  q.delete(pushTargets).where(sql`${pushTargets.userId} = ${p.id}`),
)

// Without the address: who has it sends pushes there.
const targetsOf = statement({ caller: me }, (p) =>
  q
    .select({
      kind: pushTargets.kind,
      platform: pushTargets.platform,
      host: pushTargets.host,
      createdAt: pushTargets.createdAt,
      okAt: pushTargets.okAt,
      failingSince: pushTargets.failingSince,
      lastError: pushTargets.lastError,
    })
    .from(pushTargets)
    .where(eq(pushTargets.userId, p.caller)),
)

const sweepFailing = statement({ before: value<number>() }, (p) =>
  q.run(sql`delete from ${pushTargets} where ${pushTargets.id} in (select ${of(pushTargets.id)}
    from ${pushTargets} where ${of(pushTargets.failingSince)} <= ${p.before}
    limit ${sql.raw(String(sweepStep))})`),
)

/**
 * What push says of itself.
 * @noun people's devices, what pushes say, their encryption, sending them (Web Push, FCM)
 * @after plans
 */
export const push = {
  name: 'push',
  tables: [pushTargets, outsideTokens],
  erase: (_ctx, id) => [eraseTargets({ id })],
  held: { pushTargets: targetsOf },
  sweep: [{ next: (now) => sweepFailing({ before: now - failingKept }), most: sweepStep }],
} satisfies Lifecycle
