// A WebSocket client that may do what no client should (RFC 6455): frames of any kind, with any bytes.
import { connect, type Socket } from 'node:net'

/** RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export type RawFrame = { first: number; payload: Buffer; isMasked: boolean }

/** A frame that is whole, as every client sends it. */
export function textFrame(text: string): RawFrame {
  return { first: 0x80 | opcodes.text, payload: Buffer.from(text), isMasked: true }
}

/** How a connection ended: the close frame's code (1005: a close without one), null for no close frame. */
export type Ending = { code: number | null }

export class RawSocket {
  /** Texts that came. */
  readonly texts: string[] = []
  ending: Ending | null = null
  #changed: (() => void)[] = []
  #pending = Buffer.alloc(0)

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => {
      this.#pending = Buffer.concat([this.#pending, data])
      while (this.#takeFrame());
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#end(null))
  }

  /** Shakes hands; fails with the answer's first line where the other side does not. */
  static open(port: number, path: string, access: string): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1')
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: c2l4dGVlbiBieXRlcy4uIQ==',
      `Authorization: Bearer ${access}`,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    return new Promise((resolve, reject) => {
      let text = ''
      socket.on('error', reject)
      socket.on('data', function read(data) {
        text += data.toString('latin1')
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        socket.off('data', read).off('error', reject)
        if (!text.startsWith('HTTP/1.1 101')) {
          socket.destroy()
          reject(new Error(text.slice(0, 500)))
          return
        }
        const opened = new RawSocket(socket)
        const rest = Buffer.from(text.slice(end + 4), 'latin1')
        if (rest.length > 0) socket.emit('data', rest)
        resolve(opened)
      })
    })
  }

  send({ first, payload, isMasked }: RawFrame): void {
    if (this.socket.destroyed) return
    this.socket.write(
      Buffer.concat([headOf(first, payload.length, isMasked), masked(payload, isMasked)]),
    )
  }

  end(): void {
    this.socket.destroy()
  }

  /** Waits until something holds, or the connection has ended, or so many milliseconds have passed. */
  async until(holds: () => boolean, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds
    while (!holds() && this.ending === null && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now())
        this.#changed.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  /** Takes one frame of the other side's, which are never masked, out of what has come; false: none is whole. */
  #takeFrame(): boolean {
    const bytes = this.#pending
    if (bytes.length < 2) return false
    const short = bytes.readUInt8(1) & 0x7f
    const start = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < start) return false
    const length =
      short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
          ? bytes.readUInt16BE(2)
          : short
    if (bytes.length < start + length) return false
    const payload = bytes.subarray(start, start + length)
    this.#pending = bytes.subarray(start + length)
    const opcode = bytes.readUInt8(0) & 0x0f
    if (opcode === opcodes.text) this.texts.push(payload.toString())
    if (opcode === opcodes.close) this.#end(length >= 2 ? payload.readUInt16BE(0) : 1005)
    this.#tell()
    return true
  }

  #end(code: number | null): void {
    this.ending ??= { code }
    this.#tell()
  }

  #tell(): void {
    for (const tell of this.#changed.splice(0)) tell()
  }
}

const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d])

function headOf(first: number, length: number, isMasked: boolean): Buffer {
  const flag = isMasked ? 0x80 : 0
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = first
  if (length < 126) head[1] = flag | length
  else if (length < 65_536) {
    head[1] = flag | 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = flag | 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return isMasked ? Buffer.concat([head, mask]) : head
}

function masked(payload: Buffer, isMasked: boolean): Buffer {
  return isMasked ? Buffer.from(payload.map((byte, i) => byte ^ mask.readUInt8(i % 4))) : payload
}
