// A mailbox in place of the mail: what was sent, to whom, and the code in it. It can also refuse.
import type { Context, Mail } from '../../src/domain/context'

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
  return {
    sent,
    waits,
    faults,
    /** For the option of a world. */
    context: (context: Context): Context => ({
      ...context,
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
