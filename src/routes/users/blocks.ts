// /users/blocks: whom one blocks. No document has it; it speaks contract D's envelope.
import { Hono } from 'hono'
import { blockPerson, type BlockedPerson, listBlocks, unblockPerson } from '../../domain/blocks'
import { answers } from '../../wire/answers'
import type { AppContext, AppEnv } from '../../wire/app-env'
import { signedIn } from '../../wire/credentials'
import { enveloped, envelope, errorsIn, refusedWith } from '../../wire/dialects'
import { listed, ownListMax, pageQuery } from '../../wire/paging'
import { integerId } from '../../wire/paths'
import { personSummaryView } from '../../wire/person-record'
import { isoTime } from '../../wire/times'

export const usersBlocks = new Hono<AppEnv>()
usersBlocks.onError(errorsIn(envelope))

const missing = answers({ 'person.missing': refusedWith(404, 2, 'User not found') })

usersBlocks.get('/users/blocks', signedIn, pageQuery(ownListMax), async (c) => {
  const page = await listBlocks(c.get('context'), c.get('caller'), c.req.valid('query'))
  return c.json(enveloped({ blocks: listed(c, page).map((person) => blockView(c, person)) }))
})

usersBlocks.post('/users/blocks/:id', signedIn, missing, async (c) => {
  await blockPerson(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
  return c.json(enveloped({ message: 'User blocked' }))
})

usersBlocks.delete('/users/blocks/:id', signedIn, missing, async (c) => {
  await unblockPerson(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
  return c.json(enveloped({ message: 'User unblocked' }))
})

function blockView(c: AppContext, person: BlockedPerson) {
  return { ...personSummaryView(c, person), blocked_at: isoTime(person.blockedAt) }
}
