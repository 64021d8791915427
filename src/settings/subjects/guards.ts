// Guards at the doors: how many tries, sign-ins and sign-ups.
import { choice, type Setting } from './setting'

/** The settings of this subject by their names. */
export const guards = {
  FLOOD_GUARD: choice(
    ['on', 'off'],
    '`off` switches the guard per address off; its numbers are in `wrangler.toml`',
  ),
  LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: {
    fallback: '10/300',
    about: 'wrong passwords of an account from one address',
  },
  LIMIT_PASSWORD_NEW_ADDRESSES: {
    fallback: '20/900',
    about: 'of an account from all addresses that are new to it',
  },
  LIMIT_PASSWORD_ADDRESS: { fallback: '30/300', about: 'from one address, whatever the account' },
  LIMIT_PASSWORD_RIGHT: { fallback: '30/300', about: 'right passwords of an account' },
  SIGN_INS_AT_ONCE: {
    fallback: '3',
    about:
      'sign-ins, sign-ups and password changes at work in one isolate; what comes beyond is 503',
  },
  LIMIT_REGISTRATIONS: {
    fallback: '20/3600',
    about: 'accounts made from one address, but by an administrator or through 42',
  },
  LIMIT_WRONG_CODES: { fallback: '10/900', about: 'wrong codes that close the second step' },
} as const satisfies Record<string, Setting>
