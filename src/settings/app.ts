// What a deployment has set about the web app.
import type { DemoPerson } from '../wire/pipeline/app-env'

const mostPeople = 20

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
