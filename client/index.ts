// `kith/client`: all contracts' calls, typed, with one class of errors, one refresh for parallel calls, and
// live sockets that come back by themselves. For browsers and for Node from 20.19 on.
export { type Attachment, Chat, type ChatEvents, type ChatOptions, type Message } from './chat.js'
export { createClient, type Kith, type KithOptions, type SignIn, type SignUp } from './client.js'
export { type FieldErrors, type Issue, KithError, type KithErrorCode } from './errors.js'
export { PersonEvents, type PersonEventMap } from './events.js'
export type { Call, CallOptions, DataOf, Retry } from './http.js'
export type { components, paths } from './schema.js'
export type { SocketEvents, SocketLike, SocketTiming, WebSocketClass } from './socket-types.js'
export { memoryStorage, type Tokens, type TokenStorage, webStorage } from './tokens.js'
