// The token of a mailed link: behind `#`, where no server and no log sees it, and taken out of the address
// before anything else happens.

/** What stood behind `#`, once; the address has it no more. */
export const fragment: URLSearchParams = take()

function take(): URLSearchParams {
  const found = new URLSearchParams(location.hash.slice(1))
  if (location.hash !== '')
    history.replaceState(history.state, '', location.pathname + location.search)
  return found
}
