// That `npm run bench` works: the shape of what it says, never how fast anything was.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachCount } from '../../bench/counts'

const run = promisify(execFile)
const cwd = fileURLToPath(new URL('../..', import.meta.url))
const bench = (...flags: string[]) =>
  run('npm', ['run', '--silent', 'bench', '--', ...flags], { cwd })

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kith-bench-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

// It bundles three Workers first: seconds on a machine of one's own, minutes on one that is shared by many.
describe('npm run bench', { timeout: 300_000 }, () => {
  it('measures an endpoint beside the bare Worker, and counts what a call costs', async () => {
    const out = join(directory, 'results.json')
    const flags = [
      '--people',
      '200',
      '--seconds',
      '0.5',
      '--only',
      'GET /friends/<id>/',
      '--out',
      out,
    ]
    const { stdout } = await bench(...flags)
    expect(stdout).toContain('GET /friends/<id>/')

    const speed = {
      requestsPerSecond: expect.any(Number),
      p50: expect.any(Number),
      p99: expect.any(Number),
      cpu: expect.toSatisfy((cpu) => cpu === null || typeof cpu === 'number'),
    }
    const results: unknown = JSON.parse(await readFile(out, 'utf8'))
    expect(results).toEqual({
      at: expect.any(String),
      machine: expect.any(String),
      seconds: 0.5,
      sizes: [
        {
          people: 200,
          endpoints: [
            {
              name: 'GET /friends/<id>/',
              kind: 'read',
              service: speed,
              bare: speed,
              ratio: expect.any(Number),
              cpuRatio: expect.toSatisfy((ratio) => ratio === null || typeof ratio === 'number'),
              counts: {
                ...eachCount(() => 0),
                requests: 1,
                trips: 1,
                rowsRead: expect.any(Number),
              },
            },
          ],
          stages: [],
          chat: [],
          hostile: [],
        },
      ],
    })
  })

  it('measures what there is around a request, beside a hello-world and stage by stage', async () => {
    const out = join(directory, 'overhead.json')
    const flags = ['--people', '200', '--seconds', '0.5', '--only', 'overhead', '--out', out]
    const { stdout } = await bench(...flags)
    expect(stdout).toContain('The pipeline, stage by stage')
    const { sizes } = JSON.parse(await readFile(out, 'utf8'))
    expect(sizes[0].endpoints.map(({ name, hello }: any) => [name, typeof hello])).toEqual([
      ['GET /nowhere/', 'object'],
      ['GET /health', 'object'],
      ['POST /accounts/refresh/', 'object'],
      ['POST /api/friends/request/<id>/', 'object'],
      ['POST /api/rsvp/add/', 'object'],
    ])
    expect(sizes[0].stages.map(({ name }: any) => name)).toEqual([
      'hello-world',
      'an empty app',
      'requestId',
      'unreadBodies',
      'logRequest',
      'securityHeaders',
      'cors',
      'configure',
      'httpsOnly',
      'anonymousFloodGuard',
      'wrongMethods',
      'the routes',
    ])
  })

  it('says which flags there are to who types another one', async () => {
    await expect(bench('--poeple', '200')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--poeple[^]*--people <numbers>/),
    })
    await expect(bench('--people', 'many')).rejects.toMatchObject({
      stderr: expect.stringContaining('--people takes whole numbers'),
    })
    await expect(bench('--only', 'nonsense')).rejects.toMatchObject({
      stderr: expect.stringContaining('Nothing has "nonsense" in its name'),
    })
  })
})
