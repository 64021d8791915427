// What may stand in the headers of a mail: as a setting, and of every single mail before it goes out.

const maxAddress = 254
const maxHeader = 200

// No quoted local parts, no literals, ASCII only: what every server takes, and nothing that is syntax.
const addressForm = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** Whether a text can be an address in a header and in an SMTP command. */
export function isAddress(text: string): boolean {
  return text.length <= maxAddress && addressForm.test(text)
}

/** Whether a text can be (part of) a header's value. */
export function isHeaderText(text: string): boolean {
  return text.length <= maxHeader && !controls.test(text) && text.isWellFormed()
}
