// /api/users/cards/: who stands behind some ids, as lists show people.
import { Hono } from 'hono'
import * as z from 'zod'
import { requireSession } from '../../../domain/accounts'
import { listCards, type PersonCard } from '../../../domain/people'
import type { AppContext, AppEnv } from '../../../wire/pipeline/app-env'
import { signedIn } from '../../../wire/pipeline/credentials'
import { endpoint } from '../../../wire/describe/notes'
import { respond } from '../../../wire/errors/answers'
import { avatarLink } from '../../../wire/shapes/media-paths'

export const apiUserCards = new Hono<AppEnv>()

const Card = z
  .object({
    id: z.int(),
    username: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    profile_picture: z.url(),
    is_connected: z.boolean(),
    is_friend: z.boolean(),
  })
  .meta({ id: 'PersonCard' })

const mostIds = 100
const wrongIds = { ids: [`Give 1 to ${mostIds} ids.`] }

apiUserCards.get(
  '/api/users/cards',
  endpoint({
    tags: ['more'],
    summary: 'Who stands behind some ids',
    description: 'By id. Who is not there for the caller is left out.',
    answers: { 200: z.array(Card) },
    parameters: { ids: `1 to ${mostIds} ids of accounts, separated by commas.` },
    errors: ['fields.invalid'],
  }),
  signedIn,
  async (c) => {
    const ids = idsOf(c.req.query('ids') ?? '')
    if (ids === null) {
      await requireSession(c.get('context'), c.get('caller'))
      return respond(c, { status: 400, body: wrongIds })
    }
    const cards = await listCards(c.get('context'), c.get('caller'), ids)
    return c.json(cards.map((card) => cardView(c, card)))
  },
)

/** The ids of a list, or null where it is none. */
function idsOf(text: string): number[] | null {
  // Before it is taken apart: no list of so many ids is longer.
  if (text.length > mostIds * 17) return null
  const ids = text.split(',').map((id) => id.trim())
  const isList = ids.length <= mostIds && ids.every((id) => /^\d{1,15}$/.test(id))
  return isList ? ids.map(Number) : null
}

function cardView(c: AppContext, card: PersonCard): z.output<typeof Card> {
  return {
    id: card.id,
    username: card.username,
    first_name: card.firstName,
    last_name: card.lastName,
    profile_picture: avatarLink(c, card.avatar),
    is_connected: card.isConnected,
    is_friend: card.isFriend,
  }
}
