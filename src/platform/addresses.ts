// What counts as one address when tries are counted.

/**
 * An IPv4 address as it is (also out of its IPv6 form), an IPv6 one as its /64: each household has at
 * least that many addresses. What is neither is taken as it is.
 */
export function networkOf(address: string): string {
  const text = address.trim().toLowerCase()
  if (!text.includes(':')) return text
  const mapped = /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (mapped) return mapped[1]!
  const [before = '', after] = text.replace(/%.*$/, '').split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after ? after.split(':') : []
  const gap = after === undefined ? 0 : Math.max(8 - head.length - tail.length, 0)
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...tail].slice(0, 4)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
