// How much of a body is read, and when: no further than its route's bound, and above 16 KiB only for
// somebody whose session is good.
import type { MiddlewareHandler } from 'hono'
import { requireLeft, requireSession } from '../../domain/accounts'
import type { LimitName } from '../../domain/base/context'
import { Refusal } from '../errors/answers'
import type { AppContext, AppEnv } from '../pipeline/app-env'
import { noted } from '../describe/notes'

/** What a route takes that says nothing else, whatever the type, in bytes. */
export const usualBound = 128 * 1024
/** A picture of 2 MiB and some fields beside it. */
const pictureBound = 2 * 1024 * 1024 + 64 * 1024
/** What is read for anybody; beyond it the credential is judged first. */
const unproven = 16 * 1024

/** What a body is by its `Content-Type`. */
export type MediaType = 'json' | 'form' | 'multipart' | 'other'

/** How many bytes a route takes, and in bodies of which types; what such a body is counted as. */
export type Takes = { bytes: number; types: readonly MediaType[]; limit?: LimitName }

/**
 * On a route's line, before what reads its body: how many bytes that may have, in these types (in all of
 * them, where none is named). Other types, and routes without it, keep the usual 128 KiB.
 * @throws `Refusal` 413, once the body is read
 */
export function takes(bytes: number, ...types: MediaType[]): MiddlewareHandler<AppEnv> {
  return taking({ bytes, types })
}

/**
 * `takes` for a route that stores a picture out of a multipart form: one that is long or has a file in it is
 * read on for somebody alone who has an upload left and room for it.
 * @throws `Refusal` 413; `tries.exceeded`, `quota.exceeded`
 */
export function takesPicture(): MiddlewareHandler<AppEnv> {
  return taking({ bytes: pictureBound, types: ['multipart'], limit: 'uploads' })
}

function taking(said: Takes): MiddlewareHandler<AppEnv> {
  return noted<MiddlewareHandler<AppEnv>>(
    async function takesMiddleware(c, next) {
      c.set('takes', said)
      await next()
    },
    { takes: said },
  )
}

function boundOf(c: AppContext, type: MediaType): number {
  const { bytes, types } = c.get('takes') ?? { bytes: usualBound, types: [] }
  return types.length === 0 || types.includes(type) ? bytes : usualBound
}

/** What has to hold before a body is read on. */
export type Demands = {
  /** Of any body that is not empty. @throws `Refusal` 415 */
  readable(): void
  /**
   * Of its sender, before it is long or costly: that the session is good, and where it holds a file (or is long
   * enough for one) something left of what the route counts it as. Asked once, if at all.
   */
  proven(holdsFile?: boolean): Promise<void>
}

/** The proof for the caller of a request; where its route asks for no credential, nothing to prove. */
export function provenOnce(c: AppContext, type: MediaType): Demands['proven'] {
  let asked: Promise<void> | undefined
  const takes: Takes | undefined = c.get('takes')
  const limit = takes?.types.includes(type) ? takes.limit : undefined
  return async (holdsFile = false) => {
    const [ctx, caller] = [c.get('context'), c.get('caller')]
    if (!caller) return
    asked ??= limit && holdsFile ? requireLeft(ctx, caller, limit) : requireSession(ctx, caller)
    await asked
  }
}

/**
 * A request's body piece by piece, for bodies that are kept and for those that stream. What is left when it
 * is refused is read by `unreadBodies`.
 * @throws `Refusal` 413; what the demands throw
 */
export async function* chunksOf(
  c: AppContext,
  type: MediaType,
  demands: Demands,
): AsyncGenerator<Uint8Array> {
  const require = async (length: number) => {
    if (length > 0) demands.readable()
    if (length > boundOf(c, type)) throw new Refusal(413, 'Request body is too large.')
    if (length > unproven) await demands.proven(true)
  }
  await require(Number(c.req.header('content-length') ?? 0))
  let length = 0
  for await (const chunk of c.req.raw.body?.values({ preventCancel: true }) ?? []) {
    length += chunk.byteLength
    await require(length)
    yield chunk
  }
}

/** The whole body. @throws what `chunksOf` throws */
export async function bytesOf(
  c: AppContext,
  type: MediaType,
  demands: Demands,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunksOf(c, type, demands)) {
    chunks.push(chunk)
    length += chunk.byteLength
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
