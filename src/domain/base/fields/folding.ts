// Texts as they are compared. All of it costs more than the text's length (normalising is quadratic in
// runs of combining marks): only for texts whose length was judged before.

/** A name as it is compared: without regard to case, in Unicode's way. For texts that are bounded. */
export function foldCase(text: string): string {
  // By way of upper case, which folds what has several lower cases (ß and ss, the two small sigmas);
  // lower case before it for ẞ, which is an upper case of its own.
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * A password as it is hashed: NFKC (NIST SP 800-63B-4 §3.1.1.2), so that what was typed is the same on
 * every keyboard. For texts that are bounded.
 */
export function normalPassword(password: string): string {
  return password.normalize('NFKC')
}

/** An e-mail address as it is compared: folded, its domain in ASCII. */
export function emailKey(address: string): string {
  return foldCase(asciiAddress(address) ?? address)
}

const dots = '.\u3002\uff0e\uff61'
// Letters, digits, hyphens inside, and the two middle dots of Catalan and Japanese (RFC 5892): nothing
// that a URL's parser could take for the end of a host.
const domainForm = new RegExp(`^[\\p{L}\\p{M}\\p{N}\\u00b7\\u30fb${dots}-]+$`, 'u')
const edgeHyphen = new RegExp(`(?:^|[${dots}])-|-(?:[${dots}]|$)`, 'u')

/** The address with its domain as the DNS has it (RFC 5891, by UTS #46); null where that cannot be. */
export function asciiAddress(address: string): string | null {
  const at = address.lastIndexOf('@') + 1
  const domain = address.slice(at)
  if (isAscii(domain)) return address
  if (!domainForm.test(domain) || edgeHyphen.test(domain)) return null
  const host = URL.parse(`http://${domain}`)?.hostname
  return host === undefined ? null : address.slice(0, at) + host
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}
