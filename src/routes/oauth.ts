// /oauth/…: contract C's sign-in through 42. No credential of ours is read here: the browser's sealed
// ticket says which sign-in an answer belongs to.
import { Hono } from 'hono'
import * as z from 'zod'
import { beginProvided, finishProvided, openTicket, ticketLife } from '../domain/accounts'
import { DomainError, invalid } from '../domain/base/errors'
import { fortyTwoId } from '../domain/base/providers'
import { answers } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { readTicketCookies, setTicketCookie, setTokenCookies } from '../wire/pipeline/cookies'
import { inMessage } from '../wire/errors/dialects'
import { floodGuard } from '../wire/pipeline/flood-guard'
import { isOurs } from '../wire/pipeline/forged-requests'
import { endpoint } from '../wire/describe/notes'
import { allowedRedirect } from '../wire/pipeline/redirects'
import { threeTokens } from '../wire/shapes/common'

export const oauth = new Hono<AppEnv>()

const oauthAnswers = answers({
  'oauth.wrong_state': inMessage,
  'oauth.refused': inMessage,
  'oauth.failed': inMessage,
  'oauth.unavailable': inMessage,
  'registration.closed': inMessage,
})

oauth.get(
  '/oauth/authorize',
  endpoint({
    tags: ['C'],
    summary: 'Begin a sign-in through 42',
    answers: { 302: { description: 'To 42.', headers: { Location: '42’s page.' } } },
    parameters: {
      next: 'Where the browser goes afterwards: an address on this origin or one in `CORS_ORIGINS`.',
    },
    errors: ['fields.invalid', 'oauth.failed', 'oauth.unavailable'],
  }),
  oauthAnswers,
  async (c) => {
    const next = nextOf(c)
    const begun = await beginProvided(c.get('context'), fortyTwoId, {
      redirectUri: redirectUriOf(c),
      next,
    })
    setTicketCookie(c, begun.ticket, ticketLife)
    return c.redirect(begun.url)
  },
)

const ThreeTokens = threeTokens.extend({
  token_auth: z.string().meta({ pattern: '^([0-9a-f]{40})?$' }),
})

oauth.get(
  '/oauth/callback',
  endpoint({
    tags: ['C'],
    summary: 'Where 42 sends the browser back to',
    description:
      'Sets both cookies too. Asked for with `next`, it goes on there instead; when the person declined, with `error=access_denied`. Where the deployment delivers tokens in cookies alone (`TOKEN_DELIVERY=cookie`), all three are empty.',
    answers: {
      200: ThreeTokens,
      302: { description: 'On to `next`.', headers: { Location: 'The page that was asked for.' } },
    },
    parameters: { state: 'As 42 gives it back.', code: '42’s code.', error: '42’s refusal.' },
    errors: [
      'oauth.wrong_state',
      'oauth.refused',
      'oauth.failed',
      'oauth.unavailable',
      'account.inactive',
      'registration.closed',
    ],
  }),
  oauthAnswers,
  floodGuard('signIn'),
  async (c) => {
    const { state = '', code = '', error = '' } = c.req.query()
    const cookies = readTicketCookies(c)
    const ticket = await openTicket(c.get('context'), cookies)
    // Before anything can fail: a ticket is shown once, whatever comes of it. Only an answer that somebody
    // else began does not use it up.
    const isForeign = ticket !== null && ticket.state !== state
    if (cookies.length > 0 && !isForeign) setTicketCookie(c, '', 0)
    const redirectUri = redirectUriOf(c)
    const callback = { ticket, state, code, error, redirectUri }
    const { grant, next } = await finishProvided(c.get('context'), fortyTwoId, callback)
    if (!grant) return declined(c, next)
    c.set('signedInId', grant.userId)
    setTokenCookies(c, grant)
    if (next !== '') return c.redirect(next)
    const isTold = c.get('wire').tokensInBody
    const { access, refresh, opaque } = isTold ? grant : noTokens
    return c.json({ access_token: access, refresh_token: refresh, token_auth: opaque })
  },
)

/** What stands in their place where tokens are delivered in cookies alone (`TOKEN_DELIVERY`). */
const noTokens = { access: '', refresh: '', opaque: '' }

/** Where 42 sends the browser back to: it has to be registered there. */
function redirectUriOf(c: AppContext): string {
  return `${c.get('origin')}/oauth/callback`
}

function nextOf(c: AppContext): string {
  const given = c.req.query('next')
  if (!given) return ''
  const next = allowedRedirect(given, c.get('origin'), (origin) => isOurs(c, origin))
  if (next === null) throw invalid({ path: ['next'], code: 'foreign_url' })
  return next
}

/** The person said no at 42: the client's page is told so, in the word of RFC 6749 §4.1.2.1. */
function declined(c: AppContext, next: string): Response {
  if (next === '') throw new DomainError('oauth.refused')
  const page = new URL(next)
  page.searchParams.set('error', 'access_denied')
  return c.redirect(page.href)
}
