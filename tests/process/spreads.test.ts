// A list of unknown length is never spread into a call: what is long would be copied onto the stack, and
// what is very long breaks it. (That nothing is spread into what grows in a loop, the linter sees.)
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Lists that have a handful of entries, whatever anybody sends. */
const short = [
  'src/settings/reader.ts: problems.push(...read.problems)',
  'src/routes/api/logout.ts: callers.push(...(await callersOfCookies(c)))',
  'src/domain/media/pictures/jpeg.ts: parts.push(...keptSegment(marker, payload))',
  "src/domain/media/pictures/png.ts: else if (type === 'eXIf') parts.push(...exifChunk(data))",
]

it('no list is spread into push or unshift, but the short ones that are known', () => {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  const spread = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const lines = readFileSync(`${root}src/${name}`, 'utf8').split('\n')
      const found = lines.filter((line) => /\.(?:push|unshift)\(\.\.\./.test(line))
      return found.map((line) => `src/${name}: ${line.trim()}`)
    })
  expect(spread.filter((line) => !short.includes(line))).toEqual([])
})
