// One of several that share a file of tokens: refreshes it again and again over a wire that drops answers, and
// says what became of it. Arguments: the package, the service's origin, the file, how often, a seed.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [client = '', origin = '', file = '', times, seed] = process.argv.slice(2)
const { tokenCredentials } = await import(pathToFileURL(client).href)

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruence). */
let state = Number(seed)
const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31

const storage = {
  get: () => JSON.parse(readFileSync(file, 'utf8')),
  /** @param {unknown} tokens */
  set(tokens) {
    const own = `${file}.${process.pid}`
    writeFileSync(own, JSON.stringify(tokens))
    renameSync(own, file)
  },
}
let dropped = 0
/**
 * @param {string} path
 * @param {RequestInit} init
 */
const send = async (path, init) => {
  const lot = random()
  if (lot < 0.02) throw new TypeError('dropped on the way there')
  const answer = await fetch(origin + path, init)
  await answer.clone().arrayBuffer()
  if (lot < 0.04) {
    dropped++
    throw new TypeError('dropped on the way back')
  }
  return answer
}
/** @type {string[]} */
const ended = []
const credentials = tokenCredentials(storage, send, (/** @type {Error} */ error) =>
  ended.push(error.message),
)
for (let n = 0; n < Number(times) && ended.length === 0; n++) {
  await credentials.renew({ key: storage.get().access, account: null })
}
console.log(JSON.stringify({ ended, dropped }))
