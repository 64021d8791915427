// The port to mail.

/** A mail, by what it is for: `platform/mail/texts.ts` has the words. Times in milliseconds. */
export type Mail =
  | { kind: 'code'; code: string; minutes: number }
  | { kind: 'password_changed' }
  | { kind: 'email_changed' }
  | { kind: 'wrong_passwords' }
  | { kind: 'new_sign_in'; at: number; userAgent: string }
  | { kind: 'webhook_disabled'; host: string }

/** Sends mail to an address. Rejects when it was not taken: `MailRefused` where it never will be. */
export type Mailer = { send(to: string, mail: Mail): Promise<void> }
