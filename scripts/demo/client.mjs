// What the demo needs to act for its people: calls, and a socket that waits for its acknowledgements.

/** @typedef {{ id: number, username: string, access: string }} Person */

/** The time that any answer may take on a busy machine, in milliseconds. */
const patience = 30_000

/** @param {string} origin */
export function callsTo(origin) {
  /**
   * One call that must succeed.
   * @param {string} method
   * @param {string} path
   * @param {{ as?: Person | undefined, json?: unknown, form?: FormData }} [given]
   * @returns {Promise<any>} the body, null where there is none
   */
  return async function call(method, path, { as, json, form } = {}) {
    const answer = await fetch(origin + path, {
      method,
      headers: {
        ...(as ? { authorization: `Bearer ${as.access}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form ? { body: form } : {}),
      signal: AbortSignal.timeout(patience),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return answer.headers.get('content-type')?.startsWith('application/json')
      ? JSON.parse(text)
      : null
  }
}

/**
 * Somebody whose access token this is: the token says which account it is for.
 * @param {string} username
 * @param {string} access
 * @returns {Person}
 */
export function personOf(username, access) {
  const [, claims = ''] = access.split('.')
  const { user_id: id } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  return { id, username, access }
}

/**
 * Opens a chat socket, hearing of what the other side reads.
 * @param {string} origin
 * @param {number} conversation
 * @param {string} ticket
 */
export async function openChat(origin, conversation, ticket) {
  const url = `${origin.replace('http', 'ws')}/ws/chat/${conversation}/?events=true&ticket=${ticket}`
  const socket = new WebSocket(url)
  const opened = once(socket, 'open')
  await opened
  return {
    /**
     * Sends a frame.
     * @param {object} frame
     */
    send: (frame) => socket.send(JSON.stringify(frame)),
    /**
     * The next frame that is the one.
     * @param {(frame: any) => boolean} isIt
     * @returns {Promise<any>}
     */
    async next(isIt) {
      const event = await once(socket, 'message', (event) => {
        const frame = JSON.parse(event.data)
        if ('error' in frame) throw new Error(`the chat answered: ${event.data}`)
        return isIt(frame)
      })
      return JSON.parse(event.data)
    },
    close: () => socket.close(),
  }
}

/**
 * The next event of a kind that `isIt` takes; an error when the socket ends before or it takes too long.
 * @param {WebSocket} socket
 * @param {'open' | 'message'} kind
 * @param {(event: any) => boolean} [isIt]
 * @returns {Promise<any>}
 */
function once(socket, kind, isIt = () => true) {
  const done = new AbortController()
  return new Promise((resolve, reject) => {
    const { signal } = done
    /** @param {any} event */
    const take = (event) => {
      try {
        if (isIt(event)) resolve(event)
      } catch (error) {
        reject(error)
      }
    }
    socket.addEventListener(kind, take, { signal })
    const end = () => reject(new Error('the chat socket ended'))
    socket.addEventListener('close', end, { signal })
    socket.addEventListener('error', end, { signal })
    setTimeout(() => reject(new Error('the chat is silent')), patience).unref()
  }).finally(() => done.abort())
}
