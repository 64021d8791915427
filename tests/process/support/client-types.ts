// What the compiler has to say of calls: run by nobody, read by `npm run check:types`. Each line below an
// `@ts-expect-error` must be refused.
import Ws from 'ws'
import { createClient, type Kith, type KithError, type Message } from '../../../client/index'

type IsAny<T> = 0 extends 1 & T ? true : false
type Same<A, B> = IsAny<A> extends true ? false : [A, B] extends [B, A] ? true : false
const same = <A, B>(_same: Same<A, B>): void => {}

export async function calls(kith: Kith): Promise<void> {
  const contacts = await kith.GET('/friends')
  same<(typeof contacts)[number]['first_name'], string>(true)
  same<(typeof contacts)[number]['birthday'], string | null>(true)
  const nothing = await kith.DELETE('/friends/{id}', { params: { path: { id: 1 } } })
  same<typeof nothing, undefined>(true)
  const path = { folder: 'avatars', file: 'default.png' }
  const picture = await kith.GET('/media/{folder}/{file}', { params: { path } })
  same<typeof picture, Blob>(true)
  const body = { first_name: 'Hanako', last_name: 'Yamada' }
  const made = await kith.POST('/friends', { body })
  same<typeof made.id, number>(true)
  // A form, where a file may be in it.
  await kith.POST('/users/update', { body: new FormData() })
  await kith.PATCH('/users/user_details', { body: new FormData() })
  // A final slash changes nothing.
  same<Awaited<ReturnType<typeof slashed>>, typeof contacts>(true)
  await kith.PATCH('/friends/{id}/', { params: { path: { id: 1 } }, body: { note: 'Likes tea' } })
  for await (const page of kith.pages('/friends/')) same<typeof page, typeof contacts>(true)
  function slashed() {
    return kith.GET('/friends/')
  }

  // @ts-expect-error there is no such path
  await kith.GET('/no/such/path')
  // @ts-expect-error there is no such method here
  await kith.DELETE('/friends')
  // @ts-expect-error the id is missing
  await kith.GET('/friends/{id}')
  // @ts-expect-error the id has another name
  await kith.GET('/friends/{id}', { params: { path: { contact: 1 } } })
  // @ts-expect-error the body is missing
  await kith.POST('/friends')
  // @ts-expect-error the last name is missing
  await kith.POST('/friends', { body: { first_name: 'Hanako' } })
  // @ts-expect-error the id is missing, whether or not there is a slash
  await kith.GET('/friends/{id}/')
  // @ts-expect-error a form has nothing that this route's JSON has not
  await kith.POST('/friends', { body: new FormData() })
  // @ts-expect-error a name is text
  await kith.POST('/friends', { body: { first_name: 1, last_name: 'Yamada' } })
  // @ts-expect-error there is no such field
  await kith.POST('/friends', { body: { ...body, nickname: 'Hana' } })
  // @ts-expect-error there is no such query parameter
  await kith.GET('/friends', { params: { query: { page: 2 } } })
  // @ts-expect-error a record has no such key
  void contacts[0]?.nickname
  // @ts-expect-error a socket is no call
  await kith.GET('/ws/me')
}

export async function sockets(kith: Kith): Promise<void> {
  const chat = kith.chat(1, { after: 0 })
  chat.on('message', (message) => same<typeof message.kind, 'text' | 'system'>(true))
  chat.on('error', (error) => same<typeof error, KithError>(true))
  same<Awaited<ReturnType<typeof chat.send>>['id'], number>(true)
  // A message of the history is one as well.
  const params = { path: { id: 1 } }
  const { message_set } = await kith.GET('/conversations/{id}', { params })
  const messages: Message[] = [...message_set, await chat.send('hello')]
  same<(typeof messages)[number]['client_id'], string | null | undefined>(true)
  // The package's class, as it is.
  createClient({ baseUrl: 'https://api.example.org', WebSocket: Ws })
  createClient({ baseUrl: 'https://api.example.org', WebSocket: globalThis.WebSocket })
  const events = kith.events()
  events.on('presence', ({ is_connected }) => same<typeof is_connected, boolean>(true))
  events.on('open', ({ isResumed }) => same<typeof isResumed, boolean>(true))
  events.on('message', ({ message }) => same<typeof message extends null ? 1 : 0, 0>(true))
  events.on('rsvp', ({ seq, notification_id: line }) => {
    same<typeof seq, number>(true)
    same<typeof line, number | null>(true)
  })
  events.on('event', ({ kind }) => same<typeof kind, string>(true))

  // @ts-expect-error there is no such event
  chat.on('massage', () => {})
  // @ts-expect-error a message is text
  await chat.send(1)
  // @ts-expect-error an event of another socket
  chat.on('presence', () => {})
}
