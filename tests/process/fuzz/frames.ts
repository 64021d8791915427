// Hostile frames for the live chat, and what may come of one: an answer, or an end with a documented code.
import * as fc from 'fast-check'
import { png } from '../../support/pictures'
import { opcodes, type RawFrame, RawSocket, textFrame } from './raw-socket'
import { fieldsOf, hostile, jsonOf, type Schema, type Value } from './values'

/** docs/contract.md, "Live chat": too big. What breaks RFC 6455 itself, the runtime ends: 1002, 1007. */
const tooBig = 1009
const tooMany = 1008
const brokenProtocol = [1002, 1007]
/** What a frame without an attachment may weigh. */
const maxBytes = 16 * 1024

/** Some frames in a row, and what the connection may end with for their sake. */
export type FrameDraft = { frames: RawFrame[]; endings: number[]; what: string }

const whole = (payload: Buffer | string, opcode: number = opcodes.text): RawFrame => ({
  first: 0x80 | opcode,
  payload: Buffer.from(payload as string),
  isMasked: true,
})

const one = (what: string, frame: RawFrame, endings: number[] = []): FrameDraft => ({
  frames: [frame],
  endings,
  what,
})

/** Texts: JSON or not, of the shapes of the document or of none. */
function texts(shapes: Schema[]): fc.Arbitrary<FrameDraft> {
  const fields = fc.oneof(...shapes.flatMap((shape) => [fieldsOf(shape, 0), fieldsOf(shape, 2)]))
  const key = fc.constantFrom(
    '__proto__',
    'constructor',
    'type',
    'message',
    'client_id',
    'attachment',
  )
  const more = fc.array(fc.tuple(key, hostile), { maxLength: 2 })
  const json = fc
    .tuple(fields, more)
    .map(([fields, more]) =>
      jsonOf({ record: [...fields, ...more] as [string, Value][] }, () => '1'),
    )
  const odd = fc.constantFrom(
    '',
    ' ',
    '{',
    '[]',
    'null',
    '"x"',
    'ping',
    'PING',
    'ping ',
    '{"a":1}{}',
    '\ufeff{}',
  )
  const deep = fc.constantFrom('[', '{"a":').map((piece) => piece.repeat(3000))
  return fc
    .oneof(
      { weight: 8, arbitrary: json },
      odd,
      deep,
      hostile.map((value) => jsonOf(value, () => '1')),
    )
    .map((text) => {
      const frame = whole(text)
      return one('text', frame, frame.payload.length > maxBytes ? [tooBig] : [])
    })
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const picture = (data: string) =>
  JSON.stringify({ message: 'look', attachment: { data, format: 'png' } })

/** Sizes about the limits. */
const sizes: fc.Arbitrary<FrameDraft> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(maxBytes, 2 * 1024 * 1024),
      fc.integer({ min: -2, max: 2 }),
      fc.boolean(),
    )
    .map(([limit, more, isBinary]) => {
      const size = limit + more
      const frame = whole('x'.repeat(size), isBinary ? opcodes.binary : opcodes.text)
      return one(`${size} bytes`, frame, size > maxBytes ? [tooBig] : [])
    }),
  fc.constantFrom(
    one('a picture', whole(picture(base64(png())))),
    one('no picture', whole(picture(base64(Buffer.alloc(50_000))))),
    one('a data URL', whole(picture(`data:image/png;base64,${base64(png())}`))),
    one('no base64', whole(picture('*'.repeat(20_000)))),
    one('an empty binary frame', whole('', opcodes.binary)),
  ),
)

/** What breaks the protocol, or stretches it. */
const broken: fc.Arbitrary<FrameDraft> = fc.oneof(
  fc.constantFrom('ff', 'eda080', 'c0af', 'f4908080', 'e282').map((hex) => {
    return one('bad UTF-8', whole(Buffer.from(`7b22${hex}223a317d`, 'hex')), brokenProtocol)
  }),
  fc.constantFrom(3, 7, 11, 15).map((opcode) => {
    return one('an unknown opcode', whole('x', opcode), brokenProtocol)
  }),
  fc.constantFrom(0xc1, 0xa1, 0x91).map((first) => {
    return one(
      'a reserved bit',
      { first, payload: Buffer.from('x'), isMasked: true },
      brokenProtocol,
    )
  }),
  fc.constantFrom(
    one('no mask', { ...textFrame('{}'), isMasked: false }, brokenProtocol),
    one('a stray continuation', whole('x', opcodes.continuation), brokenProtocol),
    one('a long ping', whole('x'.repeat(126), opcodes.ping), brokenProtocol),
    one('a pong nobody asked for', whole('x', opcodes.pong)),
  ),
  fc
    .array(fc.constantFrom('{"mess', 'age"', ':"in', ' parts"', '}', ''), {
      minLength: 2,
      maxLength: 8,
    })
    .map((parts) => ({
      what: 'in parts',
      endings: [],
      frames: parts.map((part, i) => ({
        first:
          (i === parts.length - 1 ? 0x80 : 0) | (i === 0 ? opcodes.text : opcodes.continuation),
        payload: Buffer.from(part),
        isMasked: true,
      })),
    })),
  fc.constantFrom('', '03e8', '03ed', '03f7', '0000', 'ffff', '0fa1', '03e8ff', 'aa').map((hex) => {
    const code = hex.length >= 4 ? parseInt(hex.slice(0, 4), 16) : 1005
    const frame = whole(Buffer.from(hex, 'hex'), opcodes.close)
    return one(`a close ${hex}`, frame, [code, 1000, 1005, ...brokenProtocol])
  }),
)

/** Frames for a chat that takes messages of these shapes. */
export function framesFor(shapes: Schema[]): fc.Arbitrary<FrameDraft> {
  return fc.oneof(
    { weight: 6, arbitrary: texts(shapes) },
    { weight: 1, arbitrary: sizes },
    { weight: 3, arbitrary: broken },
  )
}

/** The shapes of what a client may send to a channel of /asyncapi.json. */
export function shapesTo(document: Schema, channel: string): Schema[] {
  const { messages } = document['channels'][channel]
  const names = Object.values(document['operations'] as Schema)
    .filter(({ action, channel: { $ref } }) => action === 'receive' && $ref.endsWith(`/${channel}`))
    .flatMap(({ messages }) =>
      (messages as { $ref: string }[]).map(({ $ref }) => $ref.split('/').at(-1)!),
    )
  return names
    .map((name) => messages[name].payload as Schema)
    .map(({ $ref, ...own }) =>
      $ref === undefined ? own : document['components'].schemas[$ref.split('/').at(-1)],
    )
    .filter((schema) => schema['properties'])
}

/** What a socket takes whatever came before it, and a part of its answer; numbered, so that each is another. */
export type Sign = (place: number) => { text: string; answer: string }

export const goodMessage: Sign = (place) => ({
  text: JSON.stringify({ message: 'a good one', client_id: `good-${place}` }),
  answer: `"client_id":"good-${place}"`,
})

/** What an own socket is closed for (docs/contract.md): too many frames of any kind, or one that is too big. */
export const ownBounds: Bounds = { frames: 10, bytes: 1024 }

/** A socket may end with 1008 at so many frames, and with 1009 at one of more bytes. */
type Bounds = { frames: number; bytes: number }

export const heartbeat: Sign = () => ({ text: 'ping', answer: 'pong' })

/** One sender's socket, opened again where a frame has ended it. */
export class LiveSocket {
  #socket: RawSocket | null = null
  #sent = 0
  /** Frames on the socket that is open. */
  #frames = 0

  constructor(
    private readonly port: number,
    private readonly path: string,
    private readonly access: string,
    private readonly sign: Sign,
    private readonly faultsOf: (frame: unknown) => string[],
    private readonly bounds: Bounds = { frames: Infinity, bytes: Infinity },
  ) {}

  /** Sends frames and then a sign of life; says what is wrong with what came of it. */
  async try({ frames, what, ...draft }: FrameDraft): Promise<string[]> {
    const socket = await this.#open()
    this.#frames += frames.length
    const endings = [...draft.endings, ...this.#endingsOf(frames)]
    for (const frame of frames) socket.send(frame)
    const isAlive = await this.#isAlive(socket, frames)
    const { ending } = socket
    const faults = this.#heard(socket)
    if (ending === null) {
      return isAlive ? faults : [...faults, `${what}: what came next has no answer`]
    }
    this.#socket = null
    this.#frames = 0
    // What is still on its way when a connection ends can cost it its close frame.
    if (endings.length === 0 || !(ending.code === null || endings.includes(ending.code))) {
      faults.push(`${what}: the socket was closed with ${ending.code}`)
    }
    const next = await this.#open()
    if (!(await this.#isAlive(next, []))) faults.push(`${what}: nothing works after it`)
    return [...faults, ...this.#heard(next)]
  }

  end(): void {
    this.#socket?.end()
  }

  #endingsOf(frames: RawFrame[]): number[] {
    const { bytes, frames: most } = this.bounds
    const isBig = frames.some(({ payload }) => payload.length > bytes)
    return [...(isBig ? [tooBig] : []), ...(this.#frames >= most ? [tooMany] : [])]
  }

  async #open(): Promise<RawSocket> {
    this.#socket ??= await RawSocket.open(this.port, this.path, this.access)
    return this.#socket
  }

  /** Whether a sign of life is answered, behind the answers to those that were sent before it. */
  async #isAlive(socket: RawSocket, before: RawFrame[]): Promise<boolean> {
    const { text, answer } = this.sign(++this.#sent)
    const alike = before.filter(({ payload }) => payload.toString() === text).length
    socket.send(textFrame(text))
    const isThere = () => socket.texts.filter((came) => came.includes(answer)).length > alike
    await socket.until(isThere, 10_000)
    return isThere()
  }

  /** What is wrong with the texts that came. */
  #heard(socket: RawSocket): string[] {
    return socket.texts.splice(0).flatMap((text) => {
      if (text === 'pong') return []
      try {
        return this.faultsOf(JSON.parse(text))
      } catch {
        return [`came as no JSON: ${text.slice(0, 200)}`]
      }
    })
  }
}
