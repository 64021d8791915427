// Push's part in leaving and the export. A target also goes with its session (a foreign key).
import { eq, sql } from 'drizzle-orm'
import { outsideTokens, pushTargets } from '../../db/schema'
import { q } from '../../db/compile'
import { count, statement, value } from '../../db/declare'
import { me } from '../accounts'
import type { Lifecycle } from '../base/lifecycle'

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

const { sealed, addressHash } = pushTargets

const sealedBefore = statement({ keyId: value<string>(), most: value<number>() }, (p) =>
  q
    .select({ id: addressHash, sealed })
    .from(pushTargets)
    .where(sql`substr(${sealed}, 1, 8) = ${p.keyId}`)
    .limit(count(p.most)),
)
const writeSealed = statement({ id: addressHash, from: sealed, to: sealed }, (p) =>
  q
    .update(pushTargets)
    .set({ sealed: p.to })
    .where(sql`${addressHash} = ${p.id} and ${sealed} = ${p.from}`),
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
  // Not the tokens of services: they end within the hour.
  sealed: [{ table: 'push_targets', old: sealedBefore, write: writeSealed }],
} satisfies Lifecycle
