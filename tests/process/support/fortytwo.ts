// 42 on loopback: oidc-provider behind 42's own paths, as strict as the standard (PKCE required, codes used
// once, redirect addresses exact, the client's secret checked), with 42's profile; and, for codes that begin
// with `mis:`, a 42 that misbehaves.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Provider } from 'oidc-provider'
import { clientId, clientSecret } from './shared-servers'

/** What 42 tells of a person, as far as the tests care. */
export type Person = { id?: unknown; login?: unknown; email?: unknown; image?: unknown }

/** Answers a request in some way of its own. */
export type Misbehaviour = (response: ServerResponse) => void

export type FortyTwo = {
  url: string
  /** Who signs in at 42 next, or nobody: the person says no. */
  person: Person | null
  /** By code: how `/oauth/token` answers (for other codes of that kind, with that code as the token) … */
  token: Map<string, Misbehaviour>
  /** … and by token, how `/v2/me` does. */
  me: Map<string, Misbehaviour>
  stop: () => Promise<void>
}

export async function startFortyTwo(port: number, redirectUri: string): Promise<FortyTwo> {
  const url = `http://127.0.0.1:${port}`
  const people = new Map<string, Person>()
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    routes: { authorization: '/oauth/authorize', token: '/oauth/token' },
    scopes: ['public'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    cookies: { keys: ['a key of the tests'] },
  })

  /** Signs `fortyTwo.person` in and consents, or declines where there is nobody. */
  async function interact(request: IncomingMessage, response: ServerResponse) {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const finish = (result: Record<string, unknown>) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    const { person } = fortyTwo
    if (!person) return finish({ error: 'access_denied' })
    if (prompt.name === 'login') {
      const accountId = String(people.size + 1)
      people.set(accountId, person)
      return finish({ login: { accountId } })
    }
    const grant = new provider.Grant({ accountId: session!.accountId, clientId: params.client_id })
    grant.addOIDCScope(params.scope)
    return finish({ consent: { grantId: await grant.save() } })
  }

  async function profile(request: IncomingMessage, response: ServerResponse) {
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
    const misbehaviour = fortyTwo.me.get(bearer)
    if (misbehaviour) return misbehaviour(response)
    const token = await provider.AccessToken.find(bearer)
    if (!token) return json(response, 401, { error: 'The access token is invalid' })
    json(response, 200, people.get(token.accountId))
  }

  const oauth = provider.callback()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', url).pathname
    void (async () => {
      if (path.startsWith('/interaction/')) return interact(request, response)
      // Where its redirects lead: all that a client could wish for.
      if (path === '/elsewhere') return json(response, 200, { access_token: 'stray', id: 7 })
      if (path === '/v2/me') return profile(request, response)
      if (path !== '/oauth/token') return oauth(request, response)
      const text = await readAll(request)
      const code = new URLSearchParams(text).get('code') ?? ''
      if (!code.startsWith('mis:')) return oauth(replayed(request, text), response)
      const misbehaviour = fortyTwo.token.get(code)
      if (misbehaviour) return misbehaviour(response)
      json(response, 200, { access_token: code, token_type: 'bearer' })
    })()
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const fortyTwo: FortyTwo = {
    url,
    person: null,
    token: new Map(),
    me: new Map([['stray', (response) => json(response, 200, { id: 7 })]]),
    stop: () => stopped(server),
  }
  return fortyTwo
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** oidc-provider takes a body that somebody has read before it. */
function replayed(request: IncomingMessage, text: string): IncomingMessage {
  return Object.assign(request, { body: Object.fromEntries(new URLSearchParams(text)) })
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((done) => server.close(() => done()))
}
