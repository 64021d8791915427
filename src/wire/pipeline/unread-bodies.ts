// Bodies that nobody wanted: their rest is read and thrown away before the answer goes out.
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './app-env'

/** As much as Cloudflare itself lets through on most plans, in bytes. */
const maxUnread = 100 * 1024 * 1024

/**
 * Who is refused early (413, 401, 404 …) may still be sending. Where the connection closes under them
 * they see that it was lost and never read the answer (RFC 9112 §9.6).
 */
export const unreadBodies: MiddlewareHandler<AppEnv> = async function unreadBodies(c, next) {
  await next()
  const { body } = c.req.raw
  if (!body || body.locked || c.res.status === 101) return
  const reader = body.getReader()
  try {
    let read = 0
    while (read <= maxUnread) {
      const { done, value } = await reader.read()
      if (done) return
      read += value.byteLength
    }
    await reader.cancel()
  } catch {
    // The sender has gone, or the stream was given up: nobody waits for the answer.
  }
}
