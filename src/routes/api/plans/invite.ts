// /api/plans/<id>/invite: whom the creator of a plan has invited to it.
import { Hono } from 'hono'
import * as z from 'zod'
import { integer, list, optional, text } from '../../../domain/base/fields'
import {
  invite,
  type Invited,
  type InvitedPage,
  listInvited,
  type Named,
  uninvite,
} from '../../../domain/plans'
import { answers } from '../../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../../wire/pipeline/app-env'
import { body } from '../../../wire/input/body'
import { signedIn } from '../../../wire/pipeline/credentials'
import { endpoint } from '../../../wire/describe/notes'
import { jsonText, listText, ownListMax, pageQuery } from '../../../wire/input/paging'
import { objectId, planWords } from '../../../wire/shapes/plan-words'
import { idText } from '../../../wire/shapes/common'
import { fieldErrors } from '../../../wire/errors/words'

export const apiPlansInvite = new Hono<AppEnv>()

/** People in one list at most. */
const maxNamed = 500

const Invitation = z.object({
  user_ids: optional(list(integer({ min: 1 }), maxNamed)),
  usernames: optional(list(text({ max: 150 }), maxNamed)),
})

const WholeInvitation = Invitation.refine((given) => given.user_ids ?? given.usernames, {
  path: ['user_ids'],
  params: { code: 'required' },
})

const inviteWords = answers({
  ...planWords,
  'people.not_friends': ({ issues }) => {
    const names = new Map<PropertyKey, string>([['ids', 'user_ids']])
    const renamed = issues.map((issue) => ({
      ...issue,
      path: issue.path.map((step) => names.get(step) ?? step),
    }))
    return { status: 400, body: fieldErrors(renamed) }
  },
})

const InvitedList = z.object({
  data: z.array(z.object({ user_id: idText, username: z.string() })),
})

const ofThePlan = ['id.invalid', 'plan.missing', 'permission.denied'] as const
const described = { tags: ['B'], answers: { 200: InvitedList }, errors: ofThePlan } as const
const named =
  'People are named by `user_ids`, `usernames` or both. The answer is everybody who is invited now, or the first of them.'
/** What of the list a change is answered with. */
const first = { limit: ownListMax, cursor: null }

const invites = '/api/plans/:id/invite'

apiPlansInvite.get(
  invites,
  endpoint({ ...described, summary: 'Whom one has invited to a plan of one’s own' }),
  signedIn,
  inviteWords,
  pageQuery(ownListMax),
  async (c) => {
    const id = objectId(c.req.param('id'))
    const part = c.req.valid('query')
    return invitedAnswer(c, await listInvited(c.get('context'), c.get('caller'), id, part))
  },
)

apiPlansInvite.post(
  invites,
  endpoint({
    ...described,
    summary: 'Invite friends to a plan of one’s own: all who are named, or nobody',
    description: named,
    errors: [...ofThePlan, 'people.not_friends'],
    examples: [{ user_ids: [2, 3] }, { usernames: ['bob'] }],
  }),
  signedIn,
  inviteWords,
  body(WholeInvitation),
  async (c) => {
    const id = objectId(c.req.param('id'))
    const people = namedIn(c.req.valid('json'))
    return invitedAnswer(c, await invite(c.get('context'), c.get('caller'), id, people, first))
  },
)

apiPlansInvite.delete(
  invites,
  endpoint({
    ...described,
    summary: 'Take invitations back, also of people who were not invited',
    description: named,
    examples: [{ user_ids: [2, 3] }, { usernames: ['bob'] }],
  }),
  signedIn,
  inviteWords,
  body(WholeInvitation),
  async (c) => {
    const id = objectId(c.req.param('id'))
    const people = namedIn(c.req.valid('json'))
    return invitedAnswer(c, await uninvite(c.get('context'), c.get('caller'), id, people, first))
  },
)

apiPlansInvite.delete(
  '/api/plans/:id/invite/:user_id',
  endpoint({ ...described, summary: 'Take one person’s invitation back' }),
  signedIn,
  inviteWords,
  async (c) => {
    const { id, user_id } = c.req.param()
    const people = { ids: /^\d{1,15}$/.test(user_id) ? [Number(user_id)] : [], usernames: [] }
    const left = await uninvite(c.get('context'), c.get('caller'), objectId(id), people, first)
    return invitedAnswer(c, left)
  },
)

function namedIn(given: z.output<typeof Invitation>): Named {
  return { ids: given.user_ids ?? [], usernames: given.usernames ?? [] }
}

/** A page of the list; the next one is under the list's own path, whatever this one was asked by. */
function invitedAnswer(c: AppContext, page: InvitedPage): Response {
  const path = /^.*\/invite\b/.exec(new URL(c.req.url).pathname)![0]
  return jsonText(c, `{"data":${listText(c, page, invitedRecord, { path: `${path}/` })}}`)
}

const invitedRecord = ({
  userId,
  username,
}: Invited): z.output<typeof InvitedList>['data'][number] => ({ user_id: String(userId), username })
