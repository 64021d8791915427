// Where the service is reached, by whom, and how browsers carry its tokens.
import { choice, type Setting } from './setting'

/** The settings of this subject by their names. */
export const addresses = {
  PUBLIC_URL: {
    fallback: '',
    shown: "the request's own origin",
    about:
      'where absolute links start, such as `https://api.example.org`; with https, plain http is refused (so a proxy of your own in front has to speak https to the Worker)',
  },
  CORS_ORIGINS: {
    fallback: '',
    about: 'origins of other pages that may call, exact, separated by commas',
  },
  COOKIE_SAMESITE: choice(
    ['Lax', 'Strict', 'None'],
    '`Lax`, `Strict`, or `None` (only with `CORS_ORIGINS`)',
  ),
  TOKEN_DELIVERY: choice(
    ['both', 'cookie'],
    '`cookie` keeps the tokens out of the bodies that browsers are answered with',
  ),
  WS_TOKEN_IN_URL: choice(['on', 'off'], '`off` refuses `?token=` at the chat socket'),
  WEB_APP: choice(
    ['on', 'off'],
    '`off`: there is no web app; `/app/…` is 404, and `/` answers everybody with JSON',
  ),
  DEMO_PEOPLE: {
    fallback: '',
    shown: 'nobody',
    about:
      'JSON, `[{"username", "password", "about"}]`, at most 20: the sign-in of the web app lists them. Only ever told to the machine itself (`localhost`), and never where `PUBLIC_URL` is set; `npm run demo` sets it',
  },
  SECURITY_CONTACT: {
    fallback: '',
    about:
      'whom to tell of a weakness, e-mail addresses or https links between commas: `/.well-known/security.txt` names them (404 without)',
  },
} as const satisfies Record<string, Setting>
