// For a platform that npm has no libsql-server for: what was not tested is said, not passed over.
import { expect, it } from 'vitest'

/** The one test of a file that has no server to run against. */
export function describeAbsence(what: string): void {
  it(`${what} was NOT tested on libSQL`, () => {
    const here = `${process.platform} on ${process.arch}`
    process.stderr.write(`\n!! ${what} was NOT tested: npm has no libsql-server for ${here}.\n\n`)
    expect(here).not.toBe('linux on x64')
  })
}
