// `x-kith-codes` of /openapi.json: every code of an error, a field and a frame with its sentence, made from
// the tables that answer, so that clients can word a code and find the code of a sentence.
import { wireCodes } from '../errors/dialects'
import { frameErrors } from '../errors/frame-errors'
import { sentences } from '../errors/words'
import type { ErrorCode } from '../../domain/base/errors'

/** Of two codes with one sentence the first counts: what says the least stands first. */
export function codes(): Record<string, string> {
  const { errors, issues } = sentences()
  const found: Record<string, string> = { missing: 'Not found.' }
  // Of the sentences that a code has, its first is its own.
  const add = (code: string, text: string) => void (found[code] ??= text)
  for (const [code, text] of Object.entries(issues)) add(code, text)
  for (const [code, text] of Object.entries(errors)) add(nameOf(code as ErrorCode), text)
  for (const { code, error } of Object.values(frameErrors)) add(code, error)
  return found
}

/** As it travels beside the sentence, or would: `plan.missing` as `plan_missing`. */
const nameOf = (code: ErrorCode) => wireCodes[code] ?? code.replaceAll('.', '_')
