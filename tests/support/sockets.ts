// Live sockets of the tests: each collects its frames and says when something has come.
import { createExecutionContext, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { Context } from '../../src/domain/base/context'
import type { ChatRoom } from '../../src/realtime/room/chat-room'
import type { Person as PersonObject } from '../../src/realtime/person/person'
import { database } from './database'
import { judgeFrames } from './described'
import { personName, roomName } from './object-names'
import { readDocument, type World } from './world'

/** A socket and all that it has received. */
export type Socket = {
  frames: any[]
  closed: { code: number; reason: string } | null
  send(frame: unknown): void
  /** Sends text as it is. */
  raw(data: string | ArrayBuffer): void
  close(): void
  /** Waits until that many frames are there, and answers with them. */
  got(count: number): Promise<any[]>
  /** Waits until it was closed. */
  gone(): Promise<{ code: number; reason: string }>
}

type JoinOptions = { as?: { access: string } | undefined; headers?: Record<string, string> }

/**
 * For a file's `beforeAll`: gives its people and conversations ids that no file before has used. Their
 * objects may still be awake, with the sockets of that file.
 */
export async function useFreshIds(): Promise<void> {
  const used = (Math.floor(Date.now() / 1000) % 1_000_000) * 100
  await database
    .prepare(`insert into sqlite_sequence (name, seq) values ('users', ?1), ('conversations', ?1)`)
    .bind(used)
    .run()
}

/** Asks for a socket; the answer is its handshake or a refusal. */
export async function handshake(world: World, path: string, options: JoinOptions = {}) {
  const headers = {
    upgrade: 'websocket',
    ...(options.as ? { authorization: `Bearer ${options.as.access}` } : {}),
    ...options.headers,
  }
  const request = new Request(new URL(path, 'http://kith.test'), { headers })
  return world.app.fetch(request, world.bindings, createExecutionContext())
}

/** Opens a socket; throws where it is refused. */
export async function join(world: World, path: string, options: JoinOptions = {}): Promise<Socket> {
  const answer = await handshake(world, path, options)
  if (!answer.webSocket) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  judged ??= judgeFrames(await readDocument('/asyncapi.json'))
  return listen(answer.webSocket, new URL(path, 'http://kith.test').pathname)
}

let judged: ReturnType<typeof judgeFrames> | undefined

function listen(ws: WebSocket, path: string): Socket {
  const undescribed: string[] = []
  const socket: Socket = {
    frames: [],
    closed: null,
    send: (frame) => ws.send(JSON.stringify(frame)),
    raw: (data) => ws.send(data),
    close: () => ws.close(1000, 'done'),
    async got(count) {
      const enough = () => socket.frames.length >= count
      await until(enough, () => `${socket.frames.length} of ${count} frames`)
      if (undescribed.length > 0)
        throw new Error(`Not in /asyncapi.json: ${undescribed.join('\n')}`)
      return [...socket.frames]
    },
    async gone() {
      await until(
        () => socket.closed !== null,
        () => 'the socket is still open',
      )
      return socket.closed!
    },
  }
  ws.addEventListener('message', ({ data }) => {
    const frame: unknown = data === 'pong' ? 'pong' : JSON.parse(data as string)
    // Floods of messages are all alike.
    if (socket.frames.length < 20) undescribed.push(...judged!(path, frame))
    socket.frames.push(frame)
  })
  ws.addEventListener('close', ({ code, reason }) => {
    socket.closed = { code, reason }
  })
  ws.accept()
  return socket
}

/** Polls for what comes by itself; the reason is only put together when it does not. */
export async function until(holds: () => boolean, reason: () => string): Promise<void> {
  await vi
    .waitFor(
      () => {
        if (!holds()) throw notYet
      },
      { timeout: 30_000, interval: 5 },
    )
    .catch(() => {
      throw new Error(reason())
    })
}

const notYet = new Error('not yet')

export function roomOf(conversationId: number) {
  return env.ROOMS.getByName(roomName(conversationId))
}

export function personOf(userId: number) {
  return env.PEOPLE.getByName(personName(userId))
}

/** Changes parts of what an object is given (its clock, its rules, its database) until it sleeps. */
export async function equip(
  stub: DurableObjectStub<ChatRoom> | DurableObjectStub<PersonObject>,
  parts: Partial<Context>,
): Promise<void> {
  await runInDurableObject(stub as DurableObjectStub<ChatRoom>, (object) => {
    object.context = { ...object.context, ...parts }
  })
}

/** Gives a room a long history at once; all of it by one sender. */
export async function fill(
  stub: DurableObjectStub<ChatRoom>,
  messages: { senderId: number; count: number; text?: string },
): Promise<void> {
  const { senderId, count, text = '' } = messages
  await runInDurableObject(stub, (_room, { storage }) => {
    storage.sql.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
       insert into messages (id, sender_id, client_id, kind, text, sent_at)
       select i, ?, 'c' || i, 'text', i || ?, 1000 from n`,
      count,
      senderId,
      text,
    )
  })
  // It reads where it stands when it wakes.
  await evictDurableObject(stub)
}
