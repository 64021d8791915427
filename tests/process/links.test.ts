// The pages in Markdown: every relative link leads to a file that is there, and to a heading that it has.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const others = new Set(['node_modules', 'dist', 'test-results', 'results', 'coverage'])

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    const isOurs =
      entry.name === '.github' || !(entry.name.startsWith('.') || others.has(entry.name))
    if (entry.isDirectory()) return isOurs ? pagesIn(path) : []
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const withoutCode = (text: string) => text.replaceAll(/^```[^]*?^```/gm, '')

/** As GitHub names a heading in an address. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

function headingsOf(page: string): string[] {
  const headings = withoutCode(readFileSync(page, 'utf8')).matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) => anchorOf(heading))
}

function faultOf(page: string, link: string): string[] {
  const [path = '', anchor] = link.split('#', 2)
  const file = path === '' ? page : resolve(dirname(page), path)
  const told = `${relative(root, page)}: ${link}`
  if (!existsSync(file) || relative(root, file).startsWith('..')) return [told]
  if (anchor === undefined || statSync(file).isDirectory()) return []
  return headingsOf(file).includes(anchor) ? [] : [told]
}

const faultsIn = (page: string, text: string) =>
  [...withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link = '']) =>
    faultOf(page, link),
  )

describe('a page', () => {
  it.each(pagesIn(root).map((page) => relative(root, page)))(
    '%s: its links lead somewhere',
    (name) => {
      const page = join(root, name)
      expect(faultsIn(page, readFileSync(page, 'utf8'))).toEqual([])
    },
  )

  it('with a wrong link, a wrong heading or one outside of the project is found out', () => {
    const page = join(root, 'docs/made-up.md')
    const text =
      '[a](deploy.md) [b](deploy.md#mail) [c](gone.md) [d](deploy.md#gone) [e](../../x) [f](https://x)'
    const faults = ['gone.md', 'deploy.md#gone', '../../x']
    expect(faultsIn(page, text)).toEqual(faults.map((link) => `docs/made-up.md: ${link}`))
  })
})
