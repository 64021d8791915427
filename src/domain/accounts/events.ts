// What an account is told of itself by every channel, beside the mails about it.
import { eachItsOwn, type EventKind } from '../base/events'

/** Something about how one gets in was changed, or somebody has come in from a new device. */
export const accountSecurity = {
  kind: 'account.security',
  group: eachItsOwn,
  channels: ['feed', 'socket', 'push', 'webhook'],
  locked: ['feed'],
  subject: null,
} as const satisfies EventKind
