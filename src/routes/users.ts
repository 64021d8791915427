// /users and /users/<digits>: accounts as contract E's clients administer them. The words below /users/ are
// in the folder of that name.
import { Hono } from 'hono'
import * as z from 'zod'
import type { AccountRecord } from '../domain/accounts'
import { leave } from '../domain/moving'
import { groupReference, maxGroups } from '../domain/people'
import { editAccount, getAccount, listAccounts } from '../domain/staff'
import { DomainError } from '../domain/base/errors'
import { anyPasswordOrNone, boolean, email, list, optional, text } from '../domain/base/fields'
import { answers } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { signedIn } from '../wire/pipeline/credentials'
import { detail } from '../wire/errors/dialects'
import { groupLink } from '../wire/shapes/links'
import { endpoint } from '../wire/describe/notes'
import { everybodyMax, jsonText, listText, pageQuery } from '../wire/input/paging'
import { integerId } from '../wire/input/paths'
import { removed } from '../wire/shapes/common'

export const users = new Hono<AppEnv>()

/** An account; its groups are links. */
const LinkedAccount = z
  .object({
    url: z.url(),
    id: z.int(),
    username: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    email: z.string().meta({
      description: 'Empty for all but its owner, administrators and staff.',
    }),
    is_active: z.boolean(),
    groups: z.array(z.url()),
  })
  .meta({ id: 'LinkedAccount' })

users.get(
  '/users',
  endpoint({
    tags: ['E'],
    summary: 'All accounts, newest first',
    answers: { 200: z.array(LinkedAccount) },
  }),
  signedIn,
  pageQuery(everybodyMax),
  async (c) => {
    const page = await listAccounts(c.get('context'), c.get('caller'), c.req.valid('query'))
    return jsonText(
      c,
      listText(c, page, (account) => accountView(c, account)),
    )
  },
)

const accountAnswers = answers({
  'person.missing': () => ({ status: 404, body: { detail: 'No User matches the given query.' } }),
  // What is wrong with one of the groups is told of the list, as DRF does.
  'fields.invalid': ({ issues }) => {
    const flat = issues.map(({ path, ...issue }) => ({ ...issue, path: path.slice(0, 1) }))
    return detail.domain(new DomainError('fields.invalid', { issues: flat }))
  },
})

const byId = '/users/:id{[0-9]+}'

users.get(
  byId,
  endpoint({
    tags: ['E'],
    summary: 'One account',
    answers: { 200: LinkedAccount },
    errors: ['person.missing'],
  }),
  signedIn,
  accountAnswers,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(accountView(c, await getAccount(c.get('context'), c.get('caller'), id)))
  },
)

const AccountEdit = z.object({
  first_name: optional(text({ max: 150, blank: true })),
  last_name: optional(text({ max: 150, blank: true })),
  email: optional(email({ blank: true })),
  is_active: optional(boolean),
  groups: optional(list(groupReference, maxGroups)),
  // For the address of an account that has the code switched on; never changed here.
  password: optional(anyPasswordOrNone),
})

users.patch(
  byId,
  endpoint({
    tags: ['E'],
    summary: 'Change one’s own account, or as an administrator anybody’s',
    description:
      '`is_active` and `groups` (ids or links, the whole list) are changed by administrators alone. `password` is the caller’s own; it is needed where the address of an account that has the e-mailed code switched on changes and the sign-in is no longer fresh.',
    answers: { 200: LinkedAccount },
    errors: ['person.missing', 'permission.denied', 'administrator.last'],
    examples: [
      {
        first_name: 'new_first_name',
        last_name: 'new_last_name',
        email: 'new_email@example.com',
        is_active: false,
      },
    ],
  }),
  signedIn,
  accountAnswers,
  body(AccountEdit),
  async (c) => {
    const given = c.req.valid('json')
    const account = await editAccount(
      c.get('context'),
      c.get('caller'),
      integerId(c.req.param('id')),
      {
        firstName: given.first_name,
        lastName: given.last_name,
        email: given.email,
        isActive: given.is_active,
        groups: given.groups,
        password: given.password,
      },
    )
    return c.json(accountView(c, account))
  },
)

users.delete(
  byId,
  endpoint({
    tags: ['E'],
    summary: 'Remove one’s own account, or as an administrator anybody’s',
    answers: { 204: removed },
    errors: ['person.missing', 'permission.denied', 'administrator.last'],
  }),
  signedIn,
  accountAnswers,
  async (c) => {
    await leave(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

function accountView(c: AppContext, account: AccountRecord): z.output<typeof LinkedAccount> {
  return {
    url: `${c.get('origin')}/users/${account.id}/`,
    id: account.id,
    username: account.username,
    first_name: account.firstName,
    last_name: account.lastName,
    email: account.email,
    is_active: account.isActive,
    groups: account.groups.map((id) => groupLink(c, id)),
  }
}
