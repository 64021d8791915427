// When a script that keeps a server running has to stop it.

/**
 * Calls `stop` on Ctrl-C and the like. npm passes signals on, but not the one that kills it: when npm is
 * gone, that counts as one.
 * @param {() => void} stop
 */
export function onStop(stop) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), 200)
}
