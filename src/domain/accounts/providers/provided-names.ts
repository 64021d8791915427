// What becomes of a login and an address that another service gives: names and addresses that hold to
// our rules, so that an account from there is one like any other (docs/contract.md, Contract C:
// sign-in through 42).
import { email, emailKey, foldCase, lookupMax, usernameSignsOf } from '../../base/fields'

/** Numbers tried in turn behind a name that is taken; after them a few by chance. */
const lastNumber = 40
const chances = 8
const maxLength = 150
/** Such names, with any number behind them, are those of accounts that have left. */
const reserved = /^deleted-\d*$/i

/** A name that may be free, and how it is compared. */
export type Candidate = { name: string; key: string }

/** The names for a login, best first: itself, `login2`, `login3` …; each of them valid. */
export function usernamesFor(login: string): Candidate[] {
  const base = validName(login)
  const numbers = Array.from({ length: lastNumber - 1 }, (_, i) => i + 2)
  // Somebody may have taken all of those on purpose.
  const random = [...crypto.getRandomValues(new Uint32Array(chances))]
  const endings = ['', ...[...numbers, ...random].map(String)]
  return endings
    .map((ending) => cut(base, maxLength - ending.length) + ending)
    .map((name) => ({ name, key: foldCase(name) }))
}

function validName(login: string): string {
  const base = cut(usernameSignsOf(cut(login, lookupMax)), maxLength)
  if (base === '') return 'user'
  return reserved.test(base) ? `${base}_` : base
}

/** At most so many characters (code points). */
function cut(text: string, length: number): string {
  return Array.from(text.slice(0, 2 * length))
    .slice(0, length)
    .join('')
}

/** The address with its key for comparison; both '' where it is none of ours. */
export function addressFor(given: string): { email: string; emailKey: string } {
  const parsed = email({ blank: true }).safeParse(given)
  const address = parsed.success ? parsed.data : ''
  return { email: address, emailKey: emailKey(address) }
}
