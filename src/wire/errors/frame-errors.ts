// Why a frame of a live chat is not taken: the closed list of codes, and the words beside each.
import type * as z from 'zod'
import { DomainError } from '../../domain/base/errors'
import { issuesOf } from '../../domain/base/fields'
import { issueSentence, wordsFor } from './words'

/**
 * `bad_frame` is malformed, `bad_attachment` no picture to be had, `too_fast` passes after `retry_after`,
 * `closed` until the conversation is open again; `not_stored` is no fault of the sender's: send it again.
 * `limit_reached` and `quota` are an account's bounds.
 */
export const frameCodes = [
  'bad_frame',
  'bad_attachment',
  'too_fast',
  'closed',
  'not_stored',
  'limit_reached',
  'quota',
] as const

/** Why a frame is not taken: a code for programs, and its words. */
export type FrameError = { code: (typeof frameCodes)[number]; error: string }

/** Those whose words are always the same. */
export const frameErrors = {
  notText: { code: 'bad_frame', error: 'A frame must be text.' },
  notJson: { code: 'bad_frame', error: 'A frame must be JSON.' },
  notObject: { code: 'bad_frame', error: 'A frame must be a JSON object.' },
  unknownType: { code: 'bad_frame', error: 'Unknown type of frame.' },
  noAttachment: { code: 'bad_attachment', error: 'An attachment needs data (base64) and format.' },
  tooFast: { code: 'too_fast', error: 'You are sending too fast.' },
  closed: { code: 'closed', error: 'This conversation is closed.' },
  notStored: { code: 'not_stored', error: 'The message could not be stored. Send it again.' },
} as const satisfies Record<string, FrameError>

/** The first field that is wrong; with the field's name in front, where there are several. */
export function badField(fault: z.ZodError, isNamed = false): FrameError {
  const [error = ''] = issuesOf(fault).map((issue) => {
    const sentence = issueSentence(issue)
    return isNamed ? `${String(issue.path[0])}: ${sentence}` : sentence
  })
  return { code: 'bad_frame', error }
}

/** What a picture is refused for, or null where that is a fault of ours. */
export function pictureError(error: unknown): FrameError | null {
  if (!(error instanceof DomainError) || error.code === 'account.inactive') return null
  const [issue] = error.issues
  if (issue) return { code: 'bad_attachment', error: issueSentence(issue) }
  const code = error.code === 'quota.exceeded' ? 'quota' : 'limit_reached'
  return { code, error: wordsFor(error) }
}
