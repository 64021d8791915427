// Webhooks as others receive them: real servers on loopback, and Standard Webhooks' own library. One that
// hangs and one that is down hold up nobody else.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DevServer, freePort, startDevServer } from './support/dev-server'

type Heard = { path: string; headers: Record<string, string>; body: string; at: number }

let kith: DevServer
let receiver: Server
let host = ''
let down = ''
const heard: Heard[] = []
/** Called with each delivery as it comes in. */
let onHeard = (_heard: Heard): void => undefined

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const parts: string[] = []
    request.setEncoding('utf8').on('data', (part: string) => parts.push(part))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      const one = { path: request.url ?? '', headers, body: parts.join(''), at: Date.now() }
      heard.push(one)
      onHeard(one)
      // Whoever asks for /hangs waits for an answer until it is tired of it.
      if (one.path !== '/hangs') response.writeHead(204).end()
    })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
  down = `127.0.0.1:${await freePort()}`
  kith = await startDevServer({
    SEAL_KEY: randomBytes(32).toString('base64'),
    OUTSIDE_HOSTS: `${host},${down}`,
  })
}, 120_000)

afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await kith?.stop()
})

async function ask(method: string, path: string, json?: object, token = ''): Promise<any> {
  const headers = {
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  }
  const body = json ? { body: JSON.stringify(json) } : {}
  const answer = await fetch(`${kith.origin}${path}`, { method, headers, ...body })
  expect(answer.status, `${method} ${path}`).toBeLessThan(300)
  return answer.json()
}

async function signUp(username: string): Promise<{ id: number; access: string }> {
  const json = { username, password: `${username} has a password` }
  const { access } = await ask('POST', '/accounts/signup/', json)
  const claims = JSON.parse(Buffer.from(access.split('.')[1], 'base64url').toString())
  return { id: claims.user_id, access }
}

it('tells a friend request within two seconds, and each hook that answers, whatever others do', async () => {
  const [root, alice, bob] = [await signUp('root'), await signUp('alice'), await signUp('bob')]
  const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url))
  const place = ['--persist-to', kith.directory]
  await promisify(execFile)(process.execPath, [script, 'root', ...place])
  const add = (url: string) => {
    const json = { url, kinds: ['friend_request.received'] }
    return ask('POST', '/api/staff/webhooks/', json, root.access)
  }
  // The good one is the last: it stands behind those that are not.
  await add(`http://${host}/hangs`)
  await add(`http://${down}/`)
  const { secret } = await add(`http://${host}/good`)

  const { ticket } = await ask('POST', '/ws/ticket/', undefined, bob.access)
  const socket = new WebSocket(`${kith.origin.replace('http', 'ws')}/ws/me/?ticket=${ticket}`)
  await once(socket, 'open')
  const told = once(socket, 'message').then(([{ data }]) => ({
    frame: JSON.parse(data as string),
    at: Date.now(),
  }))
  const delivered = new Promise<Heard>((done) => {
    onHeard = (one) => one.path === '/good' && done(one)
  })

  const began = Date.now()
  const { id } = await ask('POST', `/api/friends/request/${bob.id}/`, undefined, alice.access)
  const { frame, at } = await told
  expect(frame).toEqual({
    type: 'friend_request',
    id: Number(id),
    user_id: alice.id,
    username: 'alice',
  })
  expect(at - began).toBeLessThan(2000)

  const { headers, body, at: deliveredAt } = await delivered
  const verified = new Webhook(secret).verify(body, headers)
  expect(verified).toEqual({
    type: 'friend_request.received',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    data: { user_id: alice.id, user_ids: [bob.id], request_id: Number(id) },
  })
  expect(headers['webhook-id']).toMatch(/^evt_\d+$/)
  expect(deliveredAt - began).toBeLessThan(60_000)
  // The one that hangs still does: nobody has waited for it.
  const paths = () => heard.map(({ path }) => path).toSorted()
  await expect.poll(paths).toEqual(['/good', '/hangs'])
  expect(Date.now() - heard.find(({ path }) => path === '/hangs')!.at).toBeLessThan(15_000)
  socket.close()
}, 60_000)
