// What a deployment has set about the web app.
import type { DemoPerson } from '../wire/pipeline/app-env'

const longestName = 60
const mostPeople = 20

/** The name of the service. @throws `Error` with what it must be */
export function readAppName(text: string): string {
  if (text.length > longestName) throw new Error(`must have at most ${longestName} characters.`)
  return text
}

/** The people of a demo. @throws `Error` with what they must be */
export function readDemoPeople(text: string): DemoPerson[] {
  if (text === '') return []
  const people = parsed(text)
  if (Array.isArray(people) && people.length <= mostPeople && people.every(isPerson)) return people
  throw new Error(
    `must be a JSON list of at most ${mostPeople} people, each {"username", "password", "about"}.`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isPerson(value: unknown): value is DemoPerson {
  const person = value as Record<string, unknown> | null
  return ['username', 'password', 'about'].every((key) => typeof person?.[key] === 'string')
}
