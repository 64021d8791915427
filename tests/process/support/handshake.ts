// A WebSocket handshake by hand: Node's own client does not tell with which status it was refused.
import { request } from 'node:http'

/** What a handshake is answered with that opens no socket. */
export function handshakeStatus(url: string, access: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${access}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers })
    asked.on('response', (answer) => resolve(answer.statusCode ?? 0))
    asked.on('upgrade', () => resolve(101))
    asked.on('error', reject)
    asked.end()
  })
}
