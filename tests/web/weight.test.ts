// What the built app weighs, and what its sources may not hold: no browser is needed.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = `${root}public/app/`
const assets = readdirSync(`${built}assets`).filter((name) => !name.endsWith('.map'))
const textOf = (file: string) => readFileSync(built + file, 'utf8')
const weigh = (files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(built + file)).length, 0)
const kilobytes = (bytes: number) => Math.round(bytes / 100) / 10

const pageScript = /src="\/app\/(assets\/[^"]+)"/.exec(textOf('index.html'))?.[1] ?? ''

/** The chunks that a chunk imports, statically, and theirs. */
function importsOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const [, name] of textOf(file).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
    importsOf(`assets/${name}`, found)
  }
  return found
}

/** The chunks that are loaded where a name is needed, such as `home`. */
function chunkOf(name: string): string {
  const found = assets.find((file) => new RegExp(`^${name}-[\\w-]+\\.js$`).test(file))
  if (!found) throw new Error(`No chunk is named ${name}.`)
  return `assets/${found}`
}

const startsWith = (...names: string[]) => {
  const all = importsOf(pageScript)
  for (const name of names) importsOf(chunkOf(name), all)
  return all
}

describe('the built app', () => {
  it('is within its bounds, in kilobytes of gzip', () => {
    const scripts = assets.filter((name) => name.endsWith('.js')).map((name) => `assets/${name}`)
    const styles = assets.filter((name) => name.endsWith('.css')).map((name) => `assets/${name}`)
    const shared = importsOf(pageScript)
    const screens = scripts.map((file) => {
      const own = [...importsOf(file)].filter((one) => !shared.has(one))
      return weigh(own)
    })
    const measured = {
      home: kilobytes(weigh(startsWith('home'))),
      'sign-in': kilobytes(weigh(startsWith('sign-in'))),
      styles: kilobytes(weigh(styles)),
      'heaviest screen': kilobytes(Math.max(...screens)),
      'all scripts': kilobytes(weigh(scripts)),
      'sw.js': kilobytes(weigh(['sw.js'])),
    }
    process.stderr.write(`the web app, KB gzip: ${JSON.stringify(measured)}\n`)
    expect(measured.home).toBeLessThanOrEqual(90)
    expect(measured['sign-in']).toBeLessThanOrEqual(60)
    expect(measured.styles).toBeLessThanOrEqual(12)
    expect(measured['heaviest screen']).toBeLessThanOrEqual(15)
    expect(measured['all scripts']).toBeLessThanOrEqual(200)
    expect(measured['sw.js']).toBeLessThanOrEqual(6)
  })

  it('has its files named by what they hold, and nothing in its page', () => {
    const nameless = assets.filter((name) => !/-[\w-]{8,}\.(js|css)$/.test(name))
    expect(nameless).toEqual([])
    expect(textOf('index.html')).not.toMatch(/<style|<script(?![^>]* src=)| style=/)
  })

  it('keeps every one of them for a time without a network', () => {
    const worker = textOf('sw.js')
    expect(assets.filter((name) => !worker.includes(`/app/assets/${name}`))).toEqual([])
  })
})

const sources = readdirSync(`${root}web/src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(`${root}web/src/${file}`, 'utf8') }))

/** What would make text into markup or into a program. */
const ways =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|createContextualFragment)\b|document\.write|\beval\(|new Function\(/
/** Letters between two tags of one line: words belong into words/. */
const wordsBetween = /<[a-zA-Z][^<>]*>\s*[A-Za-z][^<>{}]*<\//
/** What an address of the service begins with. */
const servicePath =
  /['"`]\/(api|users|friends|conversations|accounts|auth|twofa|oauth|groups|ws)(\/|['"`])/

describe('the sources', () => {
  const holding = (pattern: RegExp, isMeant: (file: string) => boolean) =>
    sources.filter(({ file, text }) => isMeant(file) && pattern.test(text)).map(({ file }) => file)

  it('make no markup and no program out of text', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(holding(ways, () => true)).toEqual([])
  })

  it('have no words but those of words/', () => {
    expect(holding(wordsBetween, (file) => file.endsWith('.tsx'))).toEqual([])
  })

  it('name addresses of the service in data/ alone', () => {
    // Screens have addresses of their own that sound alike.
    const own = /['"`]\/(chats|people|plans|contacts|settings|notifications)/
    const others = holding(servicePath, (file) => !file.startsWith('data/'))
    expect(others.filter((file) => !own.test(file))).toEqual([])
  })

  it('would be found to', () => {
    expect('element.innerHTML = text').toMatch(ways)
    expect('<p>Hello</p>').toMatch(wordsBetween)
    expect('<p class="x">Hello</p>').toMatch(wordsBetween)
    expect("kith.GET('/api/plans')").toMatch(servicePath)
  })
})
