// The English of the mails: one subject and text per kind. No name of a person and no link in any.
import type { Mail } from '../../domain/base/context'

type Words = { subject: string; text: string }

const ending =
  'If this was you, there is nothing to do. If it was not, change your password at once.\n'

/** What a mail says. */
export function wordsOf(mail: Mail): Words {
  switch (mail.kind) {
    case 'code':
      return {
        subject: 'Your sign-in code',
        text:
          `Your sign-in code is ${mail.code}\n\n` +
          `It works once, within the next ${mail.minutes} minutes. Nobody from us will ever ask you for it.\n` +
          'If you did not ask for a code, you can ignore this mail.\n',
      }
    case 'password_changed':
      return {
        subject: 'Your password was changed',
        text:
          'The password of your account was changed. All other sign-ins have ended. The secret address of ' +
          'your calendar, if you had one, no longer works: make a new one. Where you have signed in from ' +
          `before is forgotten, but for where the change was made.\n\n${ending}`,
      }
    case 'email_changed':
      return {
        subject: 'Your e-mail address was changed',
        text: `The e-mail address of your account was changed; this was the old one.\n\n${ending}`,
      }
    case 'wrong_passwords':
      return {
        subject: 'Wrong passwords for your account',
        text:
          'Somebody has tried a hundred wrong passwords for your account, from addresses that are new to it.\n' +
          'From now on such tries have to wait, up to an hour each. You can sign in as ever from where you\n' +
          'have signed in before.\n\n' +
          'If your password is used elsewhere too, or easy to guess, change it.\n',
      }
    case 'new_sign_in':
      return {
        subject: 'New sign-in to your account',
        text:
          'Somebody signed in to your account from a program or device that is new to it.\n\n' +
          `When: ${new Date(mail.at).toISOString().slice(0, 16).replace('T', ' ')} UTC\n` +
          `With: ${printable(mail.userAgent)}\n\n${ending}`,
      }
    case 'webhook_disabled':
      return {
        subject: 'A webhook was switched off',
        text:
          `The webhook to ${printable(mail.host)} has not answered for five days. It was switched off, and what it\n` +
          'was still to hear is listed as failed. Once it answers again, switch it on.\n',
      }
  }
}

/** A user agent is whatever the caller likes to send: one short line of it, and no link. */
function printable(userAgent: string): string {
  const text = userAgent.replace(/[^\u0020-\u007e]/g, ' ').replace(/\w+:\/\/\S*|www\.\S*/gi, '...')
  return text.trim().slice(0, 120) || 'unknown'
}
