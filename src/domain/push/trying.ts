// A push that somebody has sent to a device of theirs, to see that it arrives.
import { sql } from 'drizzle-orm'
import { pushTargets } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { statement } from '../../db/declare'
import { type Caller, me, readAs, spend, whyLimited, writeIf } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { noteOutcome } from './outcomes'
import { type PushNews, topicOf } from './news'
import { sendPush } from './sending'
import { isOfGoodSession } from './target-statements'

/** What a test can come to: `gone` has removed the target. */
export type TestResult = 'accepted' | 'gone' | 'failed'

/**
 * Sends a push to one of the caller's targets, now.
 * @throws `push.missing`, `tries.exceeded`, `service.not_configured`
 */
export async function testTarget(ctx: Context, caller: Caller, id: number): Promise<TestResult> {
  const asked = { caller, id, now: ctx.now() }
  const whyNot = async () =>
    (await whyNone(ctx, caller, asked)) ?? whyLimited(ctx, caller, 'pushTests')
  const { target } = await writeIf(ctx, caller, whyNot, {
    guard: guardOwn(asked),
    spent: spend(ctx, caller, 'pushTests'),
    target: ownTarget(asked),
  })
  if (!target) throw new DomainError('push.missing')
  const outcome = await sendPush(ctx, target, newsOfTest(ctx, target.userId))
  await runBatch(ctx.db, { noted: noteOutcome(ctx, id, outcome) })
  return outcome.result === 'accepted' || outcome.result === 'gone' ? outcome.result : 'failed'
}

async function whyNone(ctx: Context, caller: Caller, asked: Asked): Promise<DomainError | null> {
  const { target } = await readAs(ctx, caller, { target: ownTarget(asked) })
  return target ? null : new DomainError('push.missing')
}

function newsOfTest(ctx: Context, userId: number): PushNews {
  const words = { title: ctx.rules.push.appName, body: 'Pushes reach this device.' }
  const topic = topicOf(ctx, userId, 'push.test')
  const data = {}
  const kind = 'push.test'
  return { kind, id: '', words, bare: words, badge: null, data, topic, urgency: 'high', ttl: 300 }
}

type Asked = { caller: Caller; id: number; now: number }
const asking = { caller: me, id: pushTargets.id, now: value<number>() }

const ownTarget = maybeRow(asking, (p) =>
  q
    .select({
      id: pushTargets.id,
      userId: pushTargets.userId,
      addressHash: pushTargets.addressHash,
      sealed: pushTargets.sealed,
      keyId: pushTargets.keyId,
    })
    .from(pushTargets)
    .where(
      sql`${pushTargets.id} = ${p.id} and ${pushTargets.userId} = ${p.caller} and ${isOfGoodSession(p.now)}`,
    ),
)

const guardOwn = statement(asking, (p) =>
  failUnless(sql`exists (select 1 from ${pushTargets} where ${pushTargets.id} = ${p.id}
    and ${pushTargets.userId} = ${p.caller} and ${isOfGoodSession(p.now)})`),
)
