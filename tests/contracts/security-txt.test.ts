// /.well-known/security.txt (RFC 9116): where to report a weakness, where the deployment says so.
import { describe, expect, it } from 'vitest'
import { logLinesOf } from '../support/log-lines'
import { createWorld } from '../support/world'

const path = '/.well-known/security.txt'

describe('GET /.well-known/security.txt', () => {
  it('names the contacts, and is good for half a year', async () => {
    const env = { SECURITY_CONTACT: 'security@example.org, https://example.org/report' }
    const world = createWorld({ env })
    const { status, headers, text } = await world.call('GET', path)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(text).toBe(
      [
        'Contact: mailto:security@example.org',
        'Contact: https://example.org/report',
        'Expires: 2026-07-14T10:30:00Z',
        'Canonical: http://kith.test/.well-known/security.txt',
        '',
      ].join('\n'),
    )
  })

  it('takes an address that is written as a link', async () => {
    const world = createWorld({ env: { SECURITY_CONTACT: 'mailto:security@example.org' } })
    const { text } = await world.call('GET', path)
    expect(text).toContain('Contact: mailto:security@example.org\n')
  })

  it('is not there where the deployment names nobody', async () => {
    const { status, body } = await createWorld().call('GET', path)
    expect([status, body]).toEqual([404, { detail: 'Not found.' }])
  })

  it.each(['http://example.org', 'nobody', 'https://example.org/a\nb', 'security@example.org,,x'])(
    'with the contact %j keeps the service from serving',
    async (contact) => {
      const world = createWorld({ env: { SECURITY_CONTACT: contact } })
      const { faults } = await logLinesOf(async () => {
        expect((await world.call('GET', path)).status).toBe(503)
      })
      const cause = 'SECURITY_CONTACT must be e-mail addresses or https links, separated by commas.'
      expect(faults).toEqual([{ event: 'settings', cause }])
    },
  )
})
