// A push to an app, all of it over HTTP: the real service, and a Google on loopback that verifies what the
// service account has signed.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGoogle } from '../support/google'
import { type DevServer, freePort, startDevServer } from './support/dev-server'

const email = 'kith@project.iam.gserviceaccount.com'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let place = ''
const google = createGoogle({
  tokenUrl: () => `${place}/token`,
  email,
  key: publicKey,
  now: Date.now,
})
const paths: string[] = []
let server: Server
let kith: DevServer

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

beforeAll(async () => {
  const port = await freePort()
  place = `http://127.0.0.1:${port}`
  server = createServer((request, response) => {
    void (async () => {
      paths.push(request.url ?? '')
      const text = await textOf(request)
      const { status, body } =
        request.url === '/token'
          ? await google.exchange(text)
          : google.send(request.headers.authorization ?? '', text)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })()
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  kith = await startDevServer({
    SEAL_KEY: randomBytes(32).toString('base64'),
    OUTSIDE_HOSTS: `127.0.0.1:${port}`,
    FCM_URL: place,
    FCM_TOKEN_URL: `${place}/token`,
    FCM_SERVICE_ACCOUNT: JSON.stringify({
      project_id: 'kith-of-the-tests',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: email,
    }),
  })
}, 120_000)

afterAll(async () => {
  await kith?.stop()
  server?.closeAllConnections()
  server?.close()
})

it('goes through with one exchange, whose assertion Google can verify', async () => {
  const ask = async (path: string, json: object, token = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(`${kith.origin}${path}`, {
      method: 'POST',
      headers: token ? headers : { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })
    const body: any = await answer.json()
    return body
  }
  const { access } = await ask('/accounts/signup/', {
    username: 'alice',
    password: 'alice has a password',
  })
  const path = '/api/me/push-subscriptions/'
  const phone = { fcm_token: 'the-phone-of-alice', platform: 'android' }
  const { id } = await ask(path, phone, access)
  const tests = [1, 2, 3].map(() => ask(`${path}${id}/test/`, {}, access))
  const results = (await Promise.all(tests)).map(({ result }) => String(result))
  // Who comes while the first one fetches the token comes too early, and is told so.
  expect(results).toContain('accepted')
  expect(await ask(`${path}${id}/test/`, {}, access)).toEqual({ result: 'accepted' })
  expect(google.exchanges).toBe(1)
  expect(google.messages.every(({ token }) => token === phone.fcm_token)).toBe(true)
  expect(new Set(paths)).toEqual(
    new Set(['/token', '/v1/projects/kith-of-the-tests/messages:send']),
  )
  const log = kith.log().join('\n')
  for (const secret of [phone.fcm_token, ...google.tokens]) expect(log).not.toContain(secret)
})
