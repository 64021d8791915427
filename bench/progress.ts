// What is being done, on one line that is written over: on the error stream, so that results can be piped.

let shown = ''

/** Shows what is being done now; '' takes the line away. */
export function progress(text: string): void {
  if (text === shown) return
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`)
  // In a file or a pipe there is no line to write over, so steps alone are told.
  else if (text !== '' && stepOf(text) !== stepOf(shown)) process.stderr.write(`${text}\n`)
  shown = text
}

function stepOf(text: string): string {
  return text.split(',', 1)[0]!
}
