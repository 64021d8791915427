// Accounts and sessions, and sign-in through 42.
import { choice, type Setting } from './setting'

/** The settings of this subject by their names. */
export const signIn = {
  REGISTRATION: choice(
    ['open', 'closed'],
    '`closed`: whoever would make an account for themselves is answered 403 `registration_closed`, at every door and through 42; administrators go on registering others (`POST /api/register/`)',
  ),
  ACCESS_TOKEN_SECONDS: { fallback: '900', about: 'life of an access token' },
  REFRESH_TOKEN_SECONDS: {
    fallback: '2592000',
    about: 'life of a refresh token, and of a session since its last rotation',
  },
  SESSION_MAX_SECONDS: { fallback: '15552000', about: 'life of a session since its sign-in' },
  FRESH_SIGN_IN_SECONDS: {
    fallback: '600',
    about:
      "so long after the sign-in, C's password change needs no old password, and a change of a guarded address no proof",
  },
  NAME_HELD_DAYS: {
    fallback: '0',
    about:
      'so long a name that its bearer gave up or left is held for others; 0 is free at once. A team sets 30 where people know each other by name: else whoever takes a name that was just given up is taken for its bearer',
  },
  FORTYTWO_CLIENT_ID: {
    fallback: '',
    about: 'sign-in through 42; register `<PUBLIC_URL>/oauth/callback` there',
  },
  FORTYTWO_URL: { fallback: 'https://api.intra.42.fr', about: "42's API" },
  FORTYTWO_IMAGE_HOSTS: {
    fallback: 'cdn.intra.42.fr',
    about: "hosts from which a person's picture is fetched",
  },
} as const satisfies Record<string, Setting>
