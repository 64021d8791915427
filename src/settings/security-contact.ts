// SECURITY_CONTACT: whom somebody tells who has found a weakness, as RFC 9116 §2.5.3 wants it.
import { isAddress } from './header-texts'

/**
 * The contacts as addresses of the web (`mailto:` or https); '' is none.
 * @throws an Error that says what they must be
 */
export function readSecurityContacts(text: string): string[] {
  if (text === '') return []
  return text.split(',').map((one) => contactOf(one.trim()))
}

function contactOf(text: string): string {
  const address = text.replace(/^mailto:/, '')
  if (isAddress(address)) return `mailto:${address}`
  if (/^https:\/\/\S+$/.test(text) && URL.canParse(text)) return text
  throw new Error('must be e-mail addresses or https links, separated by commas.')
}
