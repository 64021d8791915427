// Which functions of the domain may run a batch by themselves, by file: whoever opens a session, asks before
// there is one, or works for the service. Every other verb goes through a guard: readAs, writeAs, writeIf,
// asStaff, asSystem. `*` is all of a file or folder.

/** @type {Record<string, readonly string[]>} */
export const unguarded = {
  // The guards themselves, and what opens, renews and ends sessions.
  'src/domain/accounts/sessions/': ['*'],
  // Doors: nobody is signed in yet; the second step and other services' answers are part of them.
  'src/domain/accounts/doors/': ['*'],
  'src/domain/accounts/factors/': ['*'],
  'src/domain/accounts/providers/': ['*'],
  'src/domain/accounts/passwords/': ['*'],
  // Counters that are spent where nobody is signed in, mail, and the name of somebody who is erased.
  'src/domain/accounts/spending.ts': ['*'],
  'src/domain/accounts/notices.ts': ['*'],
  'src/domain/accounts/held-names.ts': ['leaveName'],
  // The service's own work: jobs, the sweep, the repair, whether the database is there.
  'src/domain/base/job-runs.ts': ['*'],
  'src/domain/base/health.ts': ['*'],
  'src/domain/notifications/dispatcher.ts': ['*'],
  'src/domain/notifications/outside.ts': ['*'],
  'src/domain/moving/sweep.ts': ['*'],
  'src/domain/moving/resealing.ts': ['*'],
  'src/domain/moving/restoring.ts': ['*'],
  'src/domain/chat/deserted.ts': ['*'],
  'src/domain/chat/pictures-sweep.ts': ['*'],
  'src/domain/chat/conversations.ts': ['conversedIn'],
  'src/domain/media/fetched-avatars.ts': ['*'],
  'src/domain/push/fcm-token.ts': ['*'],
  'src/domain/webhooks/sending.ts': ['*'],
  'src/domain/webhooks/mails.ts': ['*'],
  // What came of a push that a guard has let out.
  'src/domain/push/trying.ts': ['testTarget'],
  'src/domain/media/media.ts': ['savePicture', 'discardPictures', 'removePicturesOf'],
  // Objects, which have let somebody in before.
  'src/domain/chat/feed.ts': ['feedConversation', 'membersOf'],
  'src/domain/notifications/last-look.ts': ['lookBeforePush'],
  'src/domain/notifications/missed.ts': ['readMissed'],
  'src/domain/people/presence.ts': ['keepPresent', 'presenceOf'],
  // The secret of the address is the credential.
  'src/domain/plans/calendars.ts': ['readCalendar'],
}
