// A mailbox in place of the mail: what was sent, to whom, and the code in it. It can also refuse.
import type { Context, Mail } from '../../src/domain/base/context'

/** From where a world's people call when they say nothing else. */
const usualAddress = '203.0.113.7'
let made = 0

export type Sent = { to: string; mail: Mail }

export type Mailbox = ReturnType<typeof createMailbox>

export function createMailbox() {
  const sent: Sent[] = []
  const waits: number[] = []
  /** Set to make each sending fail with it. */
  const faults: { next: (() => Error) | null; tries: number } = { next: null, tries: 0 }
  const mailer = {
    async send(to: string, mail: Mail) {
      faults.tries++
      if (faults.next) throw faults.next()
      sent.push({ to, mail })
    },
  }
  const number = ++made
  let moves = 0
  let home = ''
  /** Moves who calls without naming an address to one that nobody has spent tries from. */
  const move = () => void (home = `10.${number}.${Math.floor(++moves / 250)}.${(moves % 250) + 1}`)
  move()
  const homeOr = (address: string) => (address === usualAddress ? home : address)
  return {
    move,
    sent,
    waits,
    faults,
    /** For the option of a world. */
    context: (context: Context): Context => ({
      ...context,
      client: { ...context.client, address: homeOr(context.client.address) },
      mailer,
      wait: async (milliseconds) => void waits.push(milliseconds),
    }),
    /** What was sent to an address so far, oldest first. */
    to: (address: string) => sent.filter(({ to }) => to === address).map(({ mail }) => mail),
    /** The code in the last mail to an address. */
    codeFor(address: string): string {
      const mail = sent.findLast(({ to, mail }) => to === address && mail.kind === 'code')?.mail
      if (mail?.kind !== 'code') throw new Error(`no code was sent to ${address}`)
      return mail.code
    },
  }
}
