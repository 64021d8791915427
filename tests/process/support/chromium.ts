// A real Chromium, the one that the machine has.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Whether there is one; says so loudly where there is none, since tests are left out then. */
export const hasBrowser = existsSync(executablePath)
if (!hasBrowser) {
  process.stderr.write(`\n!! Browsers were NOT tested: there is no ${executablePath}.\n\n`)
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args })
}
