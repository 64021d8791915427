// What the tests use of two packages that bring no types.
declare module 'http_ece' {
  type Parameters = {
    version: 'aes128gcm'
    privateKey: import('node:crypto').ECDH
    authSecret: string | Buffer
  }
  export function decrypt(body: Buffer, given: Parameters): Buffer
}

declare module 'web-push-testing/src/PushApiModel.js' {
  type Subscription = {
    endpoint: string
    keys: { p256dh: string; auth: string }
    clientHash: string
  }
  export class PushApiModel {
    subscribe(options: { applicationServerKey: string }): Promise<Subscription>
    expireSubscription(clientHash: string): void
    getNotifications(body: { clientHash: string }): { messages: string[] }
  }
}

declare module 'web-push-testing/src/server.js' {
  export default class WebPushTestingServer {
    constructor(model: import('web-push-testing/src/PushApiModel.js').PushApiModel, port: number)
    startServer(): void
    _server: import('node:http').Server
  }
}
