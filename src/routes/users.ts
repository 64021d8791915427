// /users and /users/<digits>/: accounts as contract E's clients administer them; and /users/export/, what
// the service holds about a person. The other words below /users/ are in the folder of that name.
import { Hono } from 'hono'
import * as z from 'zod'
import type { AccountRecord } from '../domain/accounts/account-record'
import { editAccount, getAccount, listAccounts } from '../domain/administration'
import { DomainError } from '../domain/errors'
import { exportOf } from '../domain/export'
import { boolean, email, optional, text } from '../domain/fields'
import { leave } from '../domain/leaving'
import { groupReference } from '../domain/people-fields'
import { answers } from '../wire/answers'
import type { AppContext, AppEnv } from '../wire/app-env'
import { body } from '../wire/body'
import { signedIn } from '../wire/credentials'
import { detail, errorsIn } from '../wire/dialects'
import { groupLink } from '../wire/links'
import { everybodyMax, listed, pageQuery } from '../wire/paging'
import { integerId } from '../wire/paths'
import { snakeCased } from '../wire/snake-case'

export const users = new Hono<AppEnv>()
users.onError(errorsIn(detail))

users.get('/users', signedIn, pageQuery(everybodyMax), async (c) => {
  const page = await listAccounts(c.get('context'), c.get('caller'), c.req.valid('query'))
  return c.json(listed(c, page).map((account) => accountView(c, account)))
})

const accountAnswers = answers({
  'person.missing': () => ({ status: 404, body: { detail: 'No User matches the given query.' } }),
  // What is wrong with one of the groups is told of the list, as DRF does.
  'fields.invalid': ({ issues }) => {
    const flat = issues.map(({ path, ...issue }) => ({ ...issue, path: path.slice(0, 1) }))
    return detail.domain(new DomainError('fields.invalid', { issues: flat }))
  },
})

const byId = '/users/:id{[0-9]+}'

users.get(byId, signedIn, accountAnswers, async (c) => {
  const id = integerId(c.req.param('id'))
  return c.json(accountView(c, await getAccount(c.get('context'), c.get('caller'), id)))
})

const AccountEdit = z.object({
  first_name: optional(text({ max: 150, blank: true })),
  last_name: optional(text({ max: 150, blank: true })),
  email: optional(email({ blank: true })),
  is_active: optional(boolean),
  groups: optional(z.array(groupReference)),
  // For the address of an account that has the code switched on; never changed here.
  password: optional(text({ verbatim: true, blank: true })),
})

users.patch(byId, signedIn, accountAnswers, body(AccountEdit), async (c) => {
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
})

users.delete(byId, signedIn, accountAnswers, async (c) => {
  await leave(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
  return c.body(null, 204)
})

users.get('/users/export', signedIn, async (c) => {
  const held = await exportOf(c.get('context'), c.get('caller'))
  c.header('Content-Disposition', 'attachment; filename="kith-export.json"')
  return c.json(snakeCased(held) as never)
})

function accountView(c: AppContext, account: AccountRecord) {
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
