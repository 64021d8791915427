// The app's entry: who is signed in, then the frame and the screen of the address.
import './link-token'
import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import './styles/screens.css'
import { render } from 'preact'
import { getMe, settleSignOut } from './data/account'
import { owesSignOut, remember, toSignIn, user } from './data/device'
import { goLive } from './data/live'
import { sendWaiting } from './data/outbox'
import { showTheme } from './data/theme'
import { registerWorker } from './data/worker'
import { Frame } from './frame'
import { place, safeNext } from './router'
import { routeOf } from './routes'

showTheme()
void start()

async function start(): Promise<void> {
  const isDoor = routeOf(place.value.path)?.route.isDoor === true
  if (!(await settleSignOut()) && !isDoor) return toSignIn()
  if (place.value.query.get('from') === 'provider') await takeProvided()
  if (user.value === null && !isDoor) return toSignIn(location.pathname + location.search)
  if (user.value !== null && place.value.path === '/sign-in' && !owesSignOut()) {
    return location.replace(safeNext(place.value.query.get('next')))
  }
  render(<Frame />, document.getElementById('app')!)
  if (user.value !== null && !isDoor) begin()
  registerWorker()
}

/** Another service has sent the browser back: the cookies are there, if it said yes. */
async function takeProvided(): Promise<void> {
  const me = await getMe().catch(() => null)
  if (me) remember(me)
}

function begin(): void {
  goLive()
  void sendWaiting()
  // Somebody else may have signed in where this page could not see it.
  void checkUser()
}

async function checkUser(): Promise<void> {
  const me = await getMe().catch(() => null)
  // Signed out meanwhile.
  if (!me || user.value === null || me.id === user.value.id) return
  remember(me)
  location.reload()
}
