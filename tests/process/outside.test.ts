// The way out against real servers on loopback: one that redirects inside, one that hangs, one that drips.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { outsideOf } from '../../src/platform/outside'

let server: Server
let host = ''
const paths: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    paths.push(request.url ?? '')
    if (request.url === '/redirects') {
      const location = `http://169.254.169.254/latest/meta-data/`
      return response.writeHead(307, { location }).end('go there')
    }
    if (request.url === '/redirects-here') {
      return response.writeHead(302, { location: `http://${host}/inside` }).end()
    }
    if (request.url === '/hangs') return
    if (request.url === '/drips') {
      response.writeHead(200).flushHeaders()
      return response.write('a')
    }
    response.writeHead(200).end('inside')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  return new Promise((done) => server.close(done))
})

const outside = () => outsideOf({ exempt: [host], own: [] }, { now: Date.now })

it('does not follow a redirect, to the metadata of a machine or to where it may go', async () => {
  for (const [path, status] of [
    ['/redirects', 307],
    ['/redirects-here', 302],
  ] as const) {
    const answer = await outside().send({ url: `http://${host}${path}`, method: 'GET', most: 1000 })
    expect(answer).toMatchObject({ kind: 'answered', status })
  }
  expect(paths).not.toContain('/inside')
})

it('gives a server that hangs or drips up when its time is over', async () => {
  for (const path of ['/hangs', '/drips']) {
    const request = { url: `http://${host}${path}`, deadline: 200, most: 10 }
    const answer = await outside().send(request)
    expect([path, answer.kind]).toEqual([path, 'timeout'])
    expect(answer.ms).toBeGreaterThanOrEqual(150)
  }
})

it('says of a server that is not there that it cannot be reached', async () => {
  const gone = '127.0.0.1:9'
  const rules = { exempt: [gone], own: [] }
  const answer = await outsideOf(rules, { now: Date.now }).send({ url: `http://${gone}/` })
  expect(answer.kind).toBe('unreachable')
})
