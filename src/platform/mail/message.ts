// A mail as SMTP carries it (RFC 5322), and the check that stands before every way out: what goes into
// a header or an SMTP command holds no line break or other control character, or is not sent at all.
import { isAddress, isHeaderText } from '../../settings/header-texts'
import type { Sender } from '../../settings/mail'

/** A mail that is ready to go out: one recipient, plain text. */
export type Message = { to: string; subject: string; text: string }

/** An address as mail servers take it: a domain in letters of its own becomes the DNS's (RFC 5891). */
export function deliverable(address: string): string {
  const domain = domainOf(address)
  // A URL's parser leaves things out, and stops at others: nothing but labels is handed to it.
  if (isAscii(domain) || !/^[\p{L}\p{M}\p{N}\u00b7\u30fb.\u3002\uff0e\uff61-]+$/u.test(domain))
    return address
  const host = URL.parse(`http://${domain}`)?.hostname ?? domain
  return address.slice(0, -domain.length) + host
}

/** @throws an Error that says which part is at fault, never what it holds */
export function checkMessage(from: Sender, { to, subject }: Message): void {
  if (!isAddress(from.address)) throw new Error('The sender is no address that can be sent from.')
  if (!isHeaderText(from.name)) throw new Error('The sender’s name cannot be a header.')
  if (!isAddress(to)) throw new Error('The recipient is no address that can be sent to.')
  if (!isHeaderText(subject)) throw new Error('The subject cannot be a header.')
}

/** The message with its headers, lines ended by CR LF, not yet dot-stuffed. */
export function formatMessage(from: Sender, message: Message, date: Date, id: string): string {
  checkMessage(from, message)
  const { encoding, body } = encodeBody(message.text)
  const sender = from.name === '' ? from.address : `${encodeWord(from.name)} <${from.address}>`
  return [
    `From: ${sender}`,
    `To: ${message.to}`,
    `Subject: ${encodeWords(message.subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@${domainOf(from.address)}>`,
    // RFC 3834: no vacation notice shall answer it.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    body,
  ].join('\r\n')
}

/** What stands behind the @. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

const isAscii = (text: string) => /^[\t\n\r\u0020-\u007e]*$/.test(text)

function encodeBody(text: string): { encoding: string; body: string } {
  const lines = text.split(/\r\n|\r|\n/)
  // RFC 5322 §2.1.1: a line has at most 998 characters.
  if (isAscii(text) && lines.every((line) => line.length <= 998)) {
    return { encoding: '7bit', body: lines.join('\r\n') }
  }
  const body = toBase64(lines.join('\r\n')).replace(/.{76}/g, '$&\r\n')
  return { encoding: 'base64', body }
}

/** A name in a header: quoted, or an encoded word (RFC 2047). */
function encodeWord(name: string): string {
  return isAscii(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encodeWords(name)
}

/** RFC 2047 §2: a line with an encoded word has at most 76 characters, so a long text becomes several. */
function encodeWords(text: string): string {
  if (isAscii(text)) return text
  const words: string[] = []
  let piece = ''
  for (const character of text) {
    if (toBase64(piece + character).length > 52) {
      words.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...words, piece].map((word) => `=?UTF-8?B?${toBase64(word)}?=`).join('\r\n ')
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
