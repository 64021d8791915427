// The client decides by codes and statuses: no sentence of the service stands in it.
import { describe, expect, it } from 'vitest'
import { DomainError, type ErrorCode } from '../../src/domain/base/errors'
import { errorWords, wordsFor } from '../../src/wire/errors/words'

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
    const own = Object.entries(files).filter(([path]) => !path.endsWith('/schema.ts'))
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter(([, text]) => sentencesIn(text).length > 0)).toEqual([])
  })

  it('would be found to hold one', () => {
    expect(sentencesIn("words === 'Given token not valid for any token type'")).not.toEqual([])
  })
})
