// What is to be switched on or off, by kind of event and channel: each name that is none is told beside it.
import * as z from 'zod'
import { boolean, issuesOf, kindOf } from '../../domain/base/fields'
import type { Issue } from '../../domain/base/errors'
import { channelsOf, type Choices, lockedOf } from '../../domain/notifications'

const properties = Object.fromEntries(
  Array.from(channelsOf, ([kind, channels]) => [
    kind,
    {
      type: 'object',
      properties: Object.fromEntries(channels.map((channel) => [channel, { type: 'boolean' }])),
    },
  ]),
)

/** `{"rsvp.changed": {"push": false}}`; what is not named stays. */
export const choicesByKind = z
  .unknown()
  .transform((raw, ctx): Choices => {
    const issues = isObject(raw) ? [] : [noObject([], raw)]
    const choices = isObject(raw) ? readChoices(raw, issues) : {}
    for (const { path, code, detail } of issues) {
      ctx.issues.push({ code: 'custom', input: raw, path, params: { code, detail } })
    }
    return choices
  })
  .meta({ type: 'object', properties })

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

const noObject = (path: string[], raw: unknown): Issue =>
  raw === null ? { path, code: 'null' } : { path, code: 'not_object', detail: kindOf(raw) }

const noChoice = (path: string[]): Issue => ({
  path: path.map(shortName),
  code: 'not_choice',
  detail: shortName(path.at(-1)!),
})

/** A name that is told back: its beginning. */
const shortName = (name: string) => name.slice(0, 100).toWellFormed()

function readChoices(raw: Record<string, unknown>, issues: Issue[]): Choices {
  const choices: Choices = {}
  for (const [kind, given] of Object.entries(raw)) {
    if (!channelsOf.has(kind)) issues.push(noChoice([kind]))
    else if (!isObject(given)) issues.push(noObject([kind], given))
    else choices[kind] = readChannels(kind, given, issues)
  }
  return choices
}

function readChannels(kind: string, given: Record<string, unknown>, issues: Issue[]) {
  const chosen: Choices[string] = {}
  for (const [name, raw] of Object.entries(given)) {
    const channel = channelsOf.get(kind)!.find((one) => one === name)
    const path = [kind, name]
    if (!channel) issues.push(noChoice(path))
    else {
      const { data: isOn, error } = boolean.safeParse(raw)
      const [fault] = error ? issuesOf(error) : []
      if (fault) issues.push({ ...fault, path })
      else if (!isOn && lockedOf.get(kind)?.includes(channel)) {
        issues.push({ path, code: 'always_on' })
      } else chosen[channel] = isOn
    }
  }
  return chosen
}
