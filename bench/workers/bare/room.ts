// The bare room: one INSERT per message, and the frame to everybody in the same step.
import { DurableObject } from 'cloudflare:workers'

export class ChatRoom extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    state.storage.sql.exec(`create table if not exists messages (
      id integer primary key, sender_id integer not null, text text not null, sent_at integer not null)`)
  }

  override fetch(request: Request): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment({
      id: Number(request.headers.get('x-user')),
      name: request.headers.get('x-name'),
    })
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(socket: WebSocket, data: string): void {
    const { message, client_id } = JSON.parse(data) as { message: string; client_id: string }
    const sender = socket.deserializeAttachment() as { id: number; name: string }
    const now = Date.now()
    const { id } = this.ctx.storage.sql
      .exec<{ id: number }>(
        'insert into messages (sender_id, text, sent_at) values (?, ?, ?) returning id',
        sender.id,
        message,
        now,
      )
      .one()
    const frame = JSON.stringify({
      id,
      text: message,
      attachment: null,
      timestamp: `${new Date(now).toISOString().slice(0, 19)}Z`,
      sender: sender.id,
      realSender: sender.name,
      kind: 'text',
      client_id,
    })
    for (const one of this.ctx.getWebSockets()) one.send(frame)
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close(1000)
  }

  /** Newest first, at most 50. */
  history() {
    return this.ctx.storage.sql
      .exec('select id, sender_id, text, sent_at from messages order by id desc limit 50')
      .toArray()
  }
}
