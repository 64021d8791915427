// The client decides by codes and statuses: no sentence of the service stands in it.
import { describe, expect, it } from 'vitest'
import { codeOfSentence } from '../../client/errors'
import { DomainError, type ErrorCode } from '../../src/domain/base/errors'
import { codes } from '../../src/wire/describe/codes'
import { errorWords, wordsFor } from '../../src/wire/errors/words'
import { codeWords } from '../../web/src/words/errors'

const files = import.meta.glob<string>('../../client/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The sentences of the service that stand in a text. */
function sentencesIn(text: string): string[] {
  const codes = Object.keys(errorWords) as ErrorCode[]
  return codes
    .map((code) => wordsFor(new DomainError(code, { retryAfter: 1 })))
    .filter((sentence) => text.includes(sentence))
}

describe('the client', () => {
  it('holds no sentence of the service', () => {
    // What is made of the documents describes, and decides nothing.
    const own = Object.entries(files).filter(([path]) => !/\/(schema|words)\.ts$/.test(path))
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter(([, text]) => sentencesIn(text).length > 0)).toEqual([])
  })

  it('would be found to hold one', () => {
    expect(sentencesIn("words === 'Given token not valid for any token type'")).not.toEqual([])
  })
})

/** Two names of one thing, for clients. */
const notFresh = new Set(['signin_stale', 'sign_in_again'])

describe('each sentence of `x-kith-codes`', () => {
  const all = Object.entries(codes())
  const firstOf = (text: string) => all.find(([, other]) => other === text)![0]

  it('is found again by its code, or by that of the first with the same words', () => {
    for (const [, text] of all) {
      const said = text.replace('{detail}', '150')
      const code = firstOf(text)
      const expected = notFresh.has(code) ? 'not_fresh' : code
      const detail = text.includes('{detail}') ? '150' : null
      expect([said, codeOfSentence(said)]).toEqual([said, { code: expected, detail }])
    }
  })

  it('has words of the app for its code', () => {
    const wordless = all.map(([code]) => code).filter((code) => codeWords(code, '1') === null)
    expect(wordless).toEqual([])
    expect(codeWords('a_code_that_is_new')).toBeNull()
  })

  it('is no other text', () => {
    expect(codeOfSentence('A sentence of nobody.')).toBeNull()
    expect(codeOfSentence('Ensure this field has no more than')).toBeNull()
  })
})
