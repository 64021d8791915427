// /users/blocks: whom one blocks. No document has it; it speaks contract D's envelope.
import { Hono } from 'hono'
import * as z from 'zod'
import { type BlockedPerson, blockPerson, listBlocks, unblockPerson } from '../../domain/friends'
import { answers } from '../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { enveloped, refusedWith } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { listed, ownListMax, pageQuery } from '../../wire/input/paging'
import { integerId } from '../../wire/input/paths'
import { PersonSummary, personSummaryView } from '../../wire/shapes/person-record'
import { enveloping, Message, timeText } from '../../wire/shapes/common'
import { isoTime } from '../../wire/shapes/times'

export const usersBlocks = new Hono<AppEnv>()

const missing = answers({ 'person.missing': refusedWith(404, 2, 'User not found') })

/** Somebody whom the caller blocks. */
const BlockedPersonRecord = PersonSummary.extend({ blocked_at: timeText }).meta({
  id: 'BlockedPerson',
})

usersBlocks.get(
  '/users/blocks',
  endpoint({
    tags: ['more'],
    summary: 'Whom one blocks',
    answers: { 200: enveloping(z.object({ blocks: z.array(BlockedPersonRecord) })) },
  }),
  signedIn,
  pageQuery(ownListMax),
  async (c) => {
    const page = await listBlocks(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(enveloped({ blocks: listed(c, page, (person) => blockView(c, person)) }))
  },
)

const oneBlock = {
  tags: ['more'],
  answers: { 200: enveloping(Message) },
  errors: ['person.missing', 'block.self'],
} as const

usersBlocks.post(
  '/users/blocks/:id',
  endpoint({
    ...oneBlock,
    summary: 'Block somebody',
    description:
      'From then on neither exists for the other: friendship and open requests end, and the conversation is closed. Repeatable.',
  }),
  signedIn,
  missing,
  async (c) => {
    await blockPerson(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.json(enveloped({ message: 'User blocked' }))
  },
)

usersBlocks.delete(
  '/users/blocks/:id',
  endpoint({
    ...oneBlock,
    summary: 'Take a block back',
    description:
      'Nothing that it ended comes back; the conversation is there to be read again. Repeatable.',
  }),
  signedIn,
  missing,
  async (c) => {
    await unblockPerson(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.json(enveloped({ message: 'User unblocked' }))
  },
)

function blockView(c: AppContext, person: BlockedPerson): z.output<typeof BlockedPersonRecord> {
  return { ...personSummaryView(c, person), blocked_at: isoTime(person.blockedAt) }
}
