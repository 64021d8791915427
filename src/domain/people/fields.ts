// What a person's own fields may hold beside text: pictures, phone numbers, groups.
import {
  decodeText,
  type Fail,
  field,
  lookupMax,
  present,
  shortText,
  typedDigits,
} from '../base/fields'
import { judgePicture, type Picture } from '../media'

/**
 * An uploaded picture without its metadata; `wire/body` hands files on as bytes. A text there is none, such
 * as the address that was answered; but one that is meant to hold a picture is told that it does not.
 */
export const pictureOrNone = field({ type: 'string', format: 'binary' }, (raw, fail) => {
  if (raw instanceof Uint8Array) return decodePicture(raw, fail)
  if (typeof raw === 'string' && /^\s*data:/i.test(raw)) fail('not_picture')
  return null
})

/** A picture, or a path below /media/ as contract C's clients send one. */
export type AvatarField = { picture: Picture | null } | { path: string }

/** An uploaded picture, or a path: at most 200 characters, without a scheme and without `..`. */
export const avatar = field({ type: 'string', maxLength: 200 }, (raw, fail): AvatarField => {
  if (raw instanceof Uint8Array) return { picture: decodePicture(raw, fail) }
  const path = decodeText(raw, { max: 200 }, fail)
  if (path !== '' && (!pathForm.test(path) || path.includes('..'))) fail('bad_path')
  return { path }
})

const pathForm = /^[\p{L}\p{N}\-_.~@+,() /]*[\p{L}\p{N}\-_.~@+,() ]$/u

function decodePicture(bytes: Uint8Array, fail: Fail): Picture | null {
  const judged = judgePicture(bytes)
  return typeof judged === 'string' ? fail(judged) : judged
}

/**
 * A phone number in E.164: `+` and at most 15 digits; '' is none. Blanks, dashes, dots, parentheses and
 * marks of direction, as people and address books write them, are left out first.
 */
export const phoneNumber = field({ type: 'string', maxLength: lookupMax }, (raw, fail) => {
  const typed = decodeText(raw, { blank: true }, fail)
  // A zero in parentheses is dialled within the country only (ITU-T E.123 §7.2 warns of writing it).
  const number = typedDigits(typed).replace('(0)', '').replace(/[().]/g, '')
  if (typed !== '' && !/^\+[1-9]\d{1,14}$/.test(number)) fail('not_phone_number')
  return number
})

/** Groups in one list at most: there are three. */
export const maxGroups = 20

/** A group: its id, or its link, of which only the path counts. */
export const groupReference = field({ type: ['integer', 'string'] }, (raw, fail) => {
  present(raw, fail)
  if (typeof raw !== 'number' && typeof raw !== 'string') return fail('not_integer')
  const text = typeof raw === 'number' ? String(raw) : shortText(raw)
  const [, id] = /^(\d{1,15})$/.exec(text) ?? /\/groups\/(\d{1,15})\/?$/.exec(text) ?? []
  return id === undefined ? fail(typeof raw === 'number' ? 'not_integer' : 'bad_link') : Number(id)
})
