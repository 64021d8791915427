// A member who floods a conversation holds up nobody: seen from outside, against a real dev server with the
// limits that are set where nothing is set.
import { beforeAll, describe, expect, it } from 'vitest'
import { RawSocket, textFrame } from './fuzz/raw-socket'
import { ChatClient } from './support/chat-client'
import type { SharedServer } from './support/pool'
import { strictServer } from './support/shared-servers'

/**
 * What the flood may cost the others, on a machine that does other things too, in milliseconds. Without its
 * bounds a single message took 12 s, and well-formed frames held it up for as long as they came.
 */
const patience = 10_000
const deafPatience = 15_000

let server: SharedServer
beforeAll(async () => {
  server = await strictServer()
})

async function call(method: string, path: string, json?: unknown, access?: string): Promise<any> {
  const answer = await fetch(server.origin + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(access ? { authorization: `Bearer ${access}` } : {}),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function signUp(name: string): Promise<{ username: string; access: string }> {
  const username = `${name}-${crypto.randomUUID()}`
  const password = 'a good password'
  return { username, ...(await call('POST', '/accounts/signup/', { username, password })) }
}

/** 5,000 frames a second, until the other side closes, or beyond. */
function flood(socket: RawSocket, text: string, isDeaf: boolean): () => void {
  const frame = textFrame(text)
  const timer = setInterval(() => {
    if (!isDeaf && socket.ending !== null) return socket.end()
    for (let n = 0; n < 100; n++) socket.send(frame)
  }, 20)
  return () => clearInterval(timer)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = Date.now()
  await work()
  return Date.now() - begun
}

describe.each([
  ['malformed', '{"message":', false],
  ['well-formed', '{"type":"typing"}', false],
  // Whoever ignores a close is cut off a few seconds later.
  ['deaf', '{"message":', true],
])('5,000 %s frames a second', (_what, text, isDeaf) => {
  it('hold up neither the other’s messages nor a block', async () => {
    const [alice, bob] = [await signUp('alice'), await signUp('bob')]
    const json = { username: bob.username }
    const { conversation_id: id } = await call('POST', '/conversations/start/', json, alice.access)
    const path = `/ws/chat/${id}/`
    const client = new ChatClient(() => `ws://127.0.0.1:${server.port}${path}`, alice.access)
    await client.start()
    const socket = await RawSocket.open(server.port, path, bob.access)
    const stop = flood(socket, text, isDeaf)
    await socket.until(() => socket.ending !== null, 30_000)
    for (let n = 0; n < 5; n++) {
      client.send(`${n}`)
      const took = await timed(() => client.settled(30_000))
      expect(took).toBeLessThan(isDeaf ? deafPatience : patience)
    }
    const blocked = `/users/blocks/${idOf(bob.access)}/`
    expect(await timed(() => call('POST', blocked, {}, alice.access))).toBeLessThan(patience)
    expect(socket.ending).toEqual({ code: 1008 })
    stop()
    socket.end()
    client.end()
  }, 60_000)
})

function idOf(access: string): number {
  return JSON.parse(atob(access.split('.')[1] ?? '')).user_id
}
