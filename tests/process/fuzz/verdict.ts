// Whether an answer is one that the document has: no hang, no fault of the service's, nothing undocumented.
import { isDeepStrictEqual } from 'node:util'
import { judge } from '../../support/described'
import type { Outcome, Sent } from './http'
import { type Operation, operationsOf } from './requests'
import type { Schema } from './values'

/** What is wrong with an answer; nothing where all is well. */
export type Verdict = (operation: Operation, sent: Sent, outcome: Outcome) => string[]

export function verdictBy(document: Schema): Verdict {
  const judged = judge(document)
  const outages = outagesOf(document)
  return (operation, sent, outcome) => {
    if ('lost' in outcome) return [outcome.lost]
    const { status, headers, bytes } = outcome.got
    const type = headers['content-type'] ?? ''
    const text = bytes.toString('utf8')
    const isJson = type.startsWith('application/json') && bytes.length > 0
    let body: unknown = null
    if (isJson) {
      try {
        body = JSON.parse(text)
      } catch {
        return [`${status} with JSON that is none: ${text.slice(0, 300)}`]
      }
    }
    // An answer to HEAD has no body to compare.
    const isMeant = (documented: unknown) =>
      sent.method === 'HEAD' || isDeepStrictEqual(documented, body)
    if (status >= 500 && !outages(operation, status).some(isMeant)) {
      return [`${status}: ${text.slice(0, 2000)}`]
    }
    // What the runtime refuses before the service is asked, such as a head that is too long.
    if (!('x-request-id' in headers) && ![101, 304].includes(status)) {
      return status >= 400 ? [] : [`${status} is not by the service: ${text.slice(0, 300)}`]
    }
    // Any path may be told so of a method that it has not (RFC 9110 §15.5.6).
    if (status === 405 && headers['allow'] && !headers['allow'].includes(sent.method)) return []
    const path = pathOf(sent.target)
    const faults = judged({
      method: sent.method,
      path,
      status,
      type: bytes.length > 0 ? type : '',
      body,
    })
    return faults.map((fault) => `${fault}\n${text.slice(0, 500)}`)
  }
}

type Outages = (operation: Operation, status: number) => unknown[]

/**
 * The bodies that an operation may really answer with a 5xx: those that it has for reasons of its own. What
 * most operations document is an outage of the whole service, of which there is none here.
 */
function outagesOf(document: Schema): Outages {
  const examplesOf = ({ path, method }: Operation, status: number) => {
    const response = document['paths'][path][method.toLowerCase()].responses[status]
    const name = (response?.$ref as string | undefined)?.split('/').at(-1)
    const { content } = name ? document['components'].responses[name] : (response ?? {})
    return Object.entries((content?.['application/json'].examples ?? {}) as Schema)
  }
  const operations = operationsOf(document)
  const isCommon = (status: number, name: string) => {
    const having = operations.filter((one) =>
      examplesOf(one, status).some(([other]) => other === name),
    )
    return having.length > operations.length / 2
  }
  return (operation, status) =>
    examplesOf(operation, status)
      .filter(([name]) => !isCommon(status, name))
      .map(([, { value }]) => value as unknown)
}

/** The path as the service reads it, in which `..` is a step up. */
function pathOf(target: string): string {
  const { pathname } = new URL(`http://kith.test${target}`)
  return pathname
}
