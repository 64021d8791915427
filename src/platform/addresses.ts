// What counts as one address when tries are counted.

/**
 * An IPv4 address as it is (also out of its IPv6 form), an IPv6 one as its /64: each household has at
 * least that many addresses. What is neither is taken as it is.
 */
export function networkOf(address: string): string {
  return plainOf(address) ?? prefixOf(address, 4)
}

/** The /48 of an IPv6 address, which one customer of a provider may have whole; '' for any other. */
export function siteOf(address: string): string {
  return plainOf(address) === null ? prefixOf(address, 3) : ''
}

/** What counts as it is; null for an IPv6 address. */
function plainOf(address: string): string | null {
  const text = address.trim().toLowerCase()
  if (!text.includes(':')) return text
  return /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1] ?? null
}

/** The first groups of an IPv6 address, 16 bits each, as a network. */
function prefixOf(address: string, groups: number): string {
  const [before = '', after] = address.trim().toLowerCase().replace(/%.*$/, '').split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after ? after.split(':') : []
  const gap = after === undefined ? 0 : Math.max(8 - head.length - tail.length, 0)
  const all = [...head, ...Array.from({ length: gap }, () => '0'), ...tail].slice(0, groups)
  return `${all.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/${groups * 16}`
}
