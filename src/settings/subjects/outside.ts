// Pushes and webhooks: whom they may go to, what they say, how many.
import { choice, type Setting } from './setting'

/** The settings of this subject by their names. */
export const outside = {
  OUTSIDE_HOSTS: {
    fallback: '',
    about:
      'hosts that push services and webhooks may have though they are none of the public internet, over http too, between commas, each with its port where it has one',
  },
  PUSH_HOSTS: {
    fallback:
      'fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com',
    about: 'push services whose addresses browsers may bring; `*.` stands for one name or more',
  },
  PUSH_TEXT: choice(
    ['encrypted', 'all', 'none'],
    "`encrypted`: messages' texts go by Web Push alone, which nobody between can read; `all`: through Google too; `none`: not at all",
  ),
  PUSH_LINK: {
    fallback: '',
    shown: '`<PUBLIC_URL>/app/#/go/{kind}/{id}`',
    about: 'where a tap on a push leads',
  },
  APP_NAME: {
    fallback: 'Kith',
    about: 'what people know the service by: in the web app, and over pushes that say nothing else',
  },
  VAPID_SUBJECT: {
    fallback: '',
    shown: "`PUBLIC_URL`, else `mailto:` of `MAIL_FROM`'s address",
    about: 'whom a push service turns to: an https address or `mailto:…`',
  },
  FCM_URL: { fallback: 'https://fcm.googleapis.com', about: "Google's push service" },
  FCM_TOKEN_URL: {
    fallback: 'https://oauth2.googleapis.com/token',
    about: 'where the right to use it is fetched',
  },
  LIMIT_PUSHES: {
    fallback: '300/3600',
    about: 'pushes to a person; the others are in the feed alone',
  },
  LIMIT_PUSH_SUBSCRIPTIONS: {
    fallback: '30/3600',
    about: 'devices that an account has pushes sent to, each time that one is told of',
  },
  LIMIT_PUSH_TESTS: { fallback: '5/600', about: 'pushes that an account sends to try a device' },
} as const satisfies Record<string, Setting>
