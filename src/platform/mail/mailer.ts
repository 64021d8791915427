// The domain's port to the mail: words in place of a kind, then SMTP where `SMTP_URL` is set, else the
// `send_email` binding (which keeps each mail in a file when it runs locally).
import type { InTime, Mailer } from '../../domain/base/context'
import { MailRefused } from '../../domain/base/errors'
import type { MailSettings, Sender } from '../../settings/mail'
import { checkMessage, deliverable, type Message } from './message'
import { sendBySmtp, SmtpRefusal } from './smtp'
import { wordsOf } from './texts'

/**
 * How long one try may take, in milliseconds. Work after the answer has 30 seconds in production, and
 * three tries with their waits have to fit into them.
 */
const timeout = 7_000

/** The mailer over SMTP or the binding. */
export function mailerOf(settings: MailSettings, binding: SendEmail, inTime: InTime): Mailer {
  const { from, smtp } = settings
  return {
    async send(to, mail) {
      const message = { to: deliverable(to), ...wordsOf(mail) }
      checkMessage(from, message)
      try {
        await (smtp
          ? sendBySmtp(smtp, from, message, timeout)
          : inTime('mail', () => sendByBinding(binding, from, message)))
      } catch (error) {
        throw isForGood(error) ? new MailRefused((error as Error).message) : error
      }
    },
  }
}

async function sendByBinding(binding: SendEmail, from: Sender, message: Message): Promise<void> {
  await binding.send({
    from: from.name === '' ? from.address : { name: from.name, email: from.address },
    ...message,
  })
}

/** No such mailbox, or a message that is not wanted: the same mail will not be taken later either. */
function isForGood(error: unknown): boolean {
  if (!(error instanceof SmtpRefusal) || error.status < 500) return false
  return error.step === 'RCPT TO' || error.step === 'the message'
}
