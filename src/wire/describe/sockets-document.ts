// /asyncapi.json: the live sockets and their frames, from the shapes that the sockets themselves use.
import type * as z from 'zod'
import {
  AnswerEvent,
  ErrorOut,
  MessageEvent,
  MessageIn,
  MessageOut,
  PresenceEvent,
  ReadIn,
  ReadOut,
  RequestEvent,
  RsvpEvent,
  TypingIn,
  TypingOut,
} from '../shapes/frames'
import {
  AnswerFrame,
  ChangedFrame,
  EventFrame,
  HelloFrame,
  MessageFrame,
  RequestFrame,
  RsvpFrame,
  SkippedFrame,
} from '../shapes/own-frames'
import { type JsonSchema, Schemas } from './schemas'
import { intro } from './texts'

type Frame = { name: string; summary: string; shape: z.ZodType }

const toChat: Frame[] = [
  {
    name: 'sendMessage',
    summary:
      'A message, whatever its `type` but `typing` and `read`. The same `client_id` again is the same message: send what was not acknowledged once more after a reconnect.',
    shape: MessageIn,
  },
  { name: 'sendTyping', summary: 'Told to the other side, never stored.', shape: TypingIn },
  { name: 'sendRead', summary: 'Read up to here.', shape: ReadIn },
]

const fromChat: Frame[] = [
  {
    name: 'message',
    summary: 'A stored message, the same for every socket; to its sender the acknowledgement.',
    shape: MessageOut,
  },
  { name: 'error', summary: 'A frame was not taken; the socket lives.', shape: ErrorOut },
  {
    name: 'typing',
    summary: 'The other side is typing (with `events=true`).',
    shape: TypingOut,
  },
  {
    name: 'read',
    summary: 'Read by the other side up to here (with `events=true`).',
    shape: ReadOut,
  },
]

const fromMe: Frame[] = [
  { name: 'messageEvent', summary: 'Somebody else wrote.', shape: MessageEvent },
  { name: 'friendRequest', summary: 'Somebody asks to be a friend.', shape: RequestEvent },
  { name: 'friendRequestAnswered', summary: 'Somebody answered.', shape: AnswerEvent },
  { name: 'presence', summary: 'A friend came or has gone.', shape: PresenceEvent },
  { name: 'rsvp', summary: 'Somebody answered one’s plan.', shape: RsvpEvent },
]

/** To a socket that was opened with `?after=`. */
const fromMeResumed: Frame[] = [
  {
    name: 'hello',
    summary: 'The first frame of a socket with `after`: what follows comes after `seq`.',
    shape: HelloFrame,
  },
  {
    name: 'numberedMessage',
    summary: 'Somebody else wrote; in a replay without the message.',
    shape: MessageFrame,
  },
  {
    name: 'numberedFriendRequest',
    summary: 'Somebody asks to be a friend.',
    shape: RequestFrame,
  },
  { name: 'numberedFriendRequestAnswered', summary: 'Somebody answered.', shape: AnswerFrame },
  {
    name: 'numberedRsvp',
    summary: 'Somebody answered one’s plan, or took an answer back.',
    shape: RsvpFrame,
  },
  { name: 'event', summary: 'Whatever else happened, by its kind.', shape: EventFrame },
  {
    name: 'skipped',
    summary: 'What happened is not there any more for the person.',
    shape: SkippedFrame,
  },
  {
    name: 'changed',
    summary: 'Another device of the person has changed something: read it anew. Not replayed.',
    shape: ChangedFrame,
  },
]

const closings = {
  1008: 'too many bad frames',
  1009: 'a frame is too big',
  4001: 'the session has ended, or the account',
  4008: '90 seconds of silence, of a socket that has sent `ping` before',
}
const meClosings = {
  ...closings,
  1013: 'what was missed cannot be read now: come back with the same `?after=`',
}
const chatClosings = {
  ...closings,
  1013: 'more than 8 MiB waits for a socket that gives no sign of life: come back with `?after=`',
  4003: 'the conversation is no longer open to this person',
}

/** AsyncAPI has no word for close codes: they are told in a channel's description. */
function closedWith(codes: Record<number, string>): string {
  return Object.entries(codes)
    .map(([code, why]) => `${code}: ${why}.`)
    .join(' ')
}

/** The heartbeat: bare texts, no JSON. */
const heartbeat: [string, JsonSchema][] = ['ping', 'pong'].map((word) => [
  word,
  {
    name: word,
    summary:
      word === 'ping'
        ? 'A sign of life, answered `pong`. A socket that has ever sent one is closed (4008) after 90 seconds of silence.'
        : 'The answer to `ping`.',
    contentType: 'text/plain',
    payload: { type: 'string', const: word },
  },
])

/** The AsyncAPI 3 document of the sockets; `host` is the one that serves it. */
export function describeSockets(host: string, isSecure: boolean): JsonSchema {
  const schemas = new Schemas()
  const messages = (frames: Frame[], way: 'ofInput' | 'ofOutput') =>
    frames.map(({ name, summary, shape }): [string, JsonSchema] => [
      name,
      { name, summary, contentType: 'application/json', payload: schemas[way](shape) },
    ])
  const chat = Object.fromEntries([
    ...messages(toChat, 'ofInput'),
    ...messages(fromChat, 'ofOutput'),
    ...heartbeat,
  ])
  const hearing = [...fromMe, ...fromMeResumed]
  const me = Object.fromEntries([...messages(hearing, 'ofOutput'), ...heartbeat])
  const { title, version, license } = intro
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${title}: live sockets`,
      version,
      license: { name: license.name },
      description:
        'How a socket is opened, and with what credential, is in `/openapi.json`. A person has at most 20 sockets at a time (`SOCKETS_PER_PERSON`): the next is 429 with `Retry-After`.',
    },
    defaultContentType: 'application/json',
    servers: { here: { host, protocol: isSecure ? 'wss' : 'ws' } },
    channels: {
      chat: {
        address: '/ws/chat/{id}',
        title: 'One conversation',
        description:
          'A socket that sends more than 60 frames a second (`LIMIT_FRAMES`) has the rest of them dropped unread: ' +
          'the first is answered with an error without `client_id`, and `retry_after`. ' +
          'One that sends ten times as many, or more than 30 malformed frames in 10 seconds (`LIMIT_BAD_FRAMES`), is closed, and its ' +
          `session stays out for 30 seconds (429). Close codes: ${closedWith(chatClosings)}`,
        parameters: { id: { description: 'The conversation’s id.' } },
        messages: chat,
      },
      me: {
        address: '/ws/me',
        title: 'What happens to oneself',
        description:
          'It takes nothing but `ping`: the tenth other frame closes it, and so does one of more than 1 KiB. ' +
          'With `?after=` (the last `seq` that was heard, or `now`) it begins with `hello`, and all but that, `presence` and `changed` is numbered. ' +
          `Close codes: ${closedWith(meClosings)}`,
        messages: me,
      },
    },
    operations: {
      sendToChat: operation('receive', 'chat', [...toChat.map(nameOf), 'ping']),
      hearFromChat: operation('send', 'chat', [...fromChat.map(nameOf), 'pong']),
      pingMe: operation('receive', 'me', ['ping']),
      hearOfOneself: operation('send', 'me', [...hearing.map(nameOf), 'pong']),
    },
    components: { schemas: schemas.named },
  }
}

function nameOf({ name }: Frame): string {
  return name
}

/** What the service receives or sends on a channel. */
function operation(action: 'send' | 'receive', channel: string, names: string[]): JsonSchema {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  }
}
