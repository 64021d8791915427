// Mail: whom it is from, and how much of it goes out.
import type { Setting } from './setting'

/** The settings of this subject by their names. */
export const mail = {
  MAIL_FROM: { fallback: 'Kith <kith@localhost>', about: 'the sender of all mail' },
  CODE_RESEND_SECONDS: { fallback: '60', about: 'how long one e-mailed code holds back the next' },
  LIMIT_CODES_SENT: {
    fallback: '5/3600',
    about:
      'codes to one e-mail address, asked for from addresses that are new to its account, and as many from all that it knows together',
  },
  LIMIT_NOTICES_SENT: {
    fallback: '10/3600',
    about: 'the same for notices: password changed, new sign-in',
  },
  LIMIT_EMAIL_CHANGES: { fallback: '5/86400', about: "changes of an account's e-mail address" },
} as const satisfies Record<string, Setting>
