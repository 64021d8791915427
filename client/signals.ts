// Giving up, with what every runtime has: `AbortSignal.any` and `.timeout` are missing in Safari before 17.4
// and in React Native, a signal's `reason` in older ones.

/** Why a signal was given up: its reason, where the runtime keeps one. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error('The call was given up.'), { name: 'AbortError' })
}

/**
 * Runs `work` with a signal that is given up with `outer`, or after so many milliseconds; then the promise
 * rejects at once, whatever `work` makes of its signal.
 */
export function within<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const inner = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const over = () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', giveUp)
    }
    const giveUp = () => {
      over()
      reject(reasonOf(outer?.aborted ? outer : inner.signal))
      inner.abort()
    }
    const timer = setTimeout(giveUp, milliseconds)
    outer?.addEventListener('abort', giveUp)
    if (outer?.aborted) giveUp()
    else work(inner.signal).then(resolve, reject).finally(over)
  })
}
