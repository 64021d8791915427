// /media/…: pictures, shown to whoever knows their key (RFC 9110 §13 and §14: conditional and ranged).
import { Hono } from 'hono'
import { findPicture, readPicture } from '../domain/media'
import { Refusal } from '../wire/errors/answers'
import type { AppContext, AppEnv } from '../wire/pipeline/app-env'
import { endpoint } from '../wire/describe/notes'
import { rangeOf } from '../wire/input/ranges'
import { DetailText } from '../wire/shapes/common'

export const media = new Hono<AppEnv>()

const described = endpoint({
  tags: ['C', 'D'],
  summary: 'A picture',
  description:
    'Shown to whoever knows its unguessable name. Conditional (`If-None-Match`) and ranged (`Range`) requests are understood.',
  answers: {
    200: { description: 'The picture.', type: 'image/*', headers: { ETag: 'Its tag.' } },
    206: {
      description: 'A part of it.',
      type: 'image/*',
      headers: { 'Content-Range': 'Which part.' },
    },
    304: { description: 'It is what the client has.' },
    416: DetailText,
  },
  errors: ['media.missing'],
})

media.get('/media/:folder/:file', described, async (c) => {
  const key = `${c.req.param('folder')}/${c.req.param('file')}`
  const context = c.get('context')
  if (c.req.method === 'HEAD') return answer(c, 200, await findPicture(context, key))
  const isAsked = c.req.header('if-none-match') ?? c.req.header('range')
  if (isAsked === undefined) return stream(c, await readPicture(context, key))

  const file = await findPicture(context, key)
  if (isKnown(c, file.etag)) return answer(c, 304, file)
  const range = rangeOf(c.req.header('range'), file.size, c.req.header('if-range'), file.etag)
  if (range === null) return stream(c, await readPicture(context, key))
  if (range === 'unsatisfiable') {
    throw new Refusal(416, 'Range not satisfiable.', { 'Content-Range': `bytes */${file.size}` })
  }
  const part = await readPicture(context, key, range)
  const last = range.offset + range.length - 1
  c.header('Content-Range', `bytes ${range.offset}-${last}/${file.size}`)
  c.header('Content-Length', String(range.length))
  return answer(c, 206, file, part.body)
})

type Found = Awaited<ReturnType<typeof findPicture>>

function stream(c: AppContext, file: Found & { body: ReadableStream | null }): Response {
  c.header('Content-Length', String(file.size))
  return answer(c, 200, file, file.body)
}

function answer(
  c: AppContext,
  status: 200 | 206 | 304,
  file: Found,
  body: ReadableStream | null = null,
): Response {
  c.header('Content-Type', file.type)
  c.header('ETag', file.etag)
  c.header('Accept-Ranges', 'bytes')
  const life = file.isImmutable ? 'max-age=31536000, immutable' : 'max-age=86400'
  c.header('Cache-Control', `public, ${life}`)
  // Opened by itself it is a page of its own, which may do nothing.
  c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  return c.newResponse(body, status)
}

function isKnown(c: AppContext, etag: string): boolean {
  const known = c.req.header('if-none-match')
  if (known === undefined) return false
  return (
    known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  )
}
