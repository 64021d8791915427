// People who came through contract C: they have an address, and a code is asked of them at every door.
import type { Mailbox } from './mailbox'
import type { CallOptions, World } from './world'

export type CodePerson = { username: string; email: string; password: string }

let made = 0

/** Registers somebody through contract C: `alice` becomes `alice-c-3`. */
export async function registerWithCode(world: World, name: string): Promise<CodePerson> {
  const username = `${name}-c-${++made}`
  const password = `${name} has a password`
  const email = `${username}@example.org`
  const { status, text } = await world.call('POST', '/auth/registration/', {
    json: { username, email, password1: password, password2: password },
  })
  if (status !== 201) throw new Error(`registration of ${username} answered ${status}: ${text}`)
  return { username, email, password }
}

/** Asks for a code as the document's clients do, and takes it from the mail. */
export async function askForCode(
  world: World,
  mailbox: Mailbox,
  { username, email }: CodePerson,
  headers: Record<string, string> = {},
): Promise<string> {
  const before = mailbox.to(email).length
  await world.call('POST', '/twofa/send-code/', { json: { username, email }, headers })
  if (mailbox.to(email).length === before) throw new Error(`no mail was sent to ${email}`)
  return mailbox.codeFor(email)
}

/** Signs in through contract C. */
export function signInWithCode(
  world: World,
  { username, password }: CodePerson,
  code: string | undefined,
  options: CallOptions = {},
) {
  return world.call('POST', '/auth/login/', { json: { username, password, code }, ...options })
}

/** A code that is not the right one. */
export function wrongFor(code: string, nth = 1): string {
  return String((Number(code) + nth) % 1_000_000).padStart(6, '0')
}
