// The frame around every screen: navigation, what is said over the page, and the screen of the address.
import { Component, type ComponentChildren, type ComponentType, type JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useMe } from './data/account'
import { picturePath } from './data/client'
import { unreadCount, useConversations } from './data/conversations'
import { isOnline, user } from './data/device'
import { nameOf, useRelations } from './data/people'
import { hasNewVersion, takeNewVersion } from './data/worker'
import { place } from './router'
import { type Route, routeOf, type ScreenProps } from './routes'
import { Missing } from './screens/missing'
import { Avatar } from './ui/avatar'
import { Button } from './ui/button'
import { Icon, type IconName } from './ui/icons'
import { Link } from './ui/link'
import { Failed, Skeleton } from './ui/list'
import { Toasts } from './ui/toast'
import { w } from './words'

/** The whole app. */
export function Frame(): JSX.Element {
  const found = routeOf(place.value.path)
  if (found?.route.isDoor) {
    return (
      <>
        <main id="content" class="door">
          <Shown load={found.route.load} params={found.params} key={found.route.path} />
        </main>
        <Toasts />
      </>
    )
  }
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('h1')?.focus()}>
        {w.skip}
      </button>
      <div class="frame">
        <Navigation path={place.value.path} />
        <div class="content">
          <Bars />
          {found ? (
            <Panes {...found} />
          ) : (
            <main id="content">
              <Missing />
            </main>
          )}
        </div>
      </div>
      <Toasts />
    </>
  )
}

function Panes({ route, params }: { route: Route; params: Record<string, string> }): JSX.Element {
  const isWide = useIsWide()
  const key = route.path + JSON.stringify(params)
  const screen = (
    <main id="content">
      <Broken key={key}>
        <Shown load={route.load} params={params} />
      </Broken>
    </main>
  )
  if (!route.list || !isWide) return screen
  return (
    <div class="panes">
      <div class="pane-list">
        <Broken key={route.path.split('/')[1] ?? ''}>
          <Shown load={route.list} params={{ pane: 'list' }} />
        </Broken>
      </div>
      {screen}
    </div>
  )
}

const wide = matchMedia('(min-width: 64em)')

function useIsWide(): boolean {
  const [isWide, setWide] = useState(wide.matches)
  useEffect(() => {
    const changed = () => setWide(wide.matches)
    wide.addEventListener('change', changed)
    return () => wide.removeEventListener('change', changed)
  }, [])
  return isWide
}

type Screen = ComponentType<ScreenProps>
const loaded = new Map<Route['load'], Screen>()
const reloadKey = 'kith.reloaded'

/** A screen, as soon as its chunk is there. One that is gone with an old version: one reload. */
function Shown({ load, params }: ScreenProps & { load: Route['load'] }): JSX.Element {
  const [, setState] = useState(0)
  const [isFailed, setFailed] = useState(false)
  const Found = loaded.get(load)
  useEffect(() => {
    if (Found) return
    let isShown = true
    const fetchIt = async () => {
      try {
        loaded.set(load, (await load()).default)
        sessionStorage.removeItem(reloadKey)
        if (isShown) setState((n) => n + 1)
      } catch {
        if (sessionStorage.getItem(reloadKey) === null && navigator.onLine) {
          sessionStorage.setItem(reloadKey, '1')
          location.reload()
        } else if (isShown) setFailed(true)
      }
    }
    void fetchIt()
    return () => void (isShown = false)
  }, [load])
  if (Found) return <Found params={params} />
  if (isFailed) return <Failed text={w.state.failed} onAgain={() => location.reload()} />
  return (
    <div class="page-main">
      <Skeleton />
    </div>
  )
}

/** A fault in one screen leaves the others working; what is logged holds no text of anybody. */
class Broken extends Component<{ children: ComponentChildren }, { isBroken: boolean }> {
  override state = { isBroken: false }

  override componentDidCatch(error: unknown): void {
    const { code = '', status = 0, requestId = '' } = error as Record<string, string | number>
    console.error('kith: a screen broke', code, status, requestId)
    this.setState({ isBroken: true })
  }

  override render(): ComponentChildren {
    if (!this.state.isBroken) return this.props.children
    return (
      <div class="failed" role="alert">
        <h1 tabIndex={-1}>{w.state.broke}</h1>
        <Button onPress={() => location.reload()}>{w.state.reload}</Button>
      </div>
    )
  }
}

function Bars(): JSX.Element | null {
  return (
    <>
      {!isOnline.value && (
        <div class="bar" role="status">
          {w.state.offline('')}
        </div>
      )}
      {hasNewVersion.value && (
        <div class="bar" role="status">
          <span>{w.state.newVersion}</span>
          <Button kind="quiet" onPress={takeNewVersion}>
            {w.state.reload}
          </Button>
        </div>
      )}
    </>
  )
}

type Item = {
  to: string
  label: string
  icon: IconName
  count?: number
  counted?: string
  where: string
}

function Navigation({ path }: { path: string }): JSX.Element {
  const me = useMe().data.value
  useConversations()
  const requests = useRelations().data.value?.incoming_requests.length ?? 0
  const unread = unreadCount.value
  useEffect(() => {
    const badge = unread + requests
    void (badge > 0 ? navigator.setAppBadge?.(badge) : navigator.clearAppBadge?.())?.catch(() => {})
  }, [unread, requests])
  const items: Item[] = [
    { to: '/', label: w.nav.home, icon: 'home', where: '' },
    {
      to: '/chats',
      label: w.nav.chats,
      icon: 'chat',
      count: unread,
      counted: w.common.unread(unread),
      where: '',
    },
    { to: '/plans', label: w.nav.plans, icon: 'plan', where: '' },
    {
      to: '/people',
      label: w.nav.people,
      icon: 'people',
      count: requests,
      counted: w.common.requests(requests),
      where: '',
    },
    { to: '/contacts', label: w.nav.contacts, icon: 'contacts', where: 'wide-only' },
    { to: '/notifications', label: w.nav.notifications, icon: 'bell', where: 'wide-only' },
    { to: '/settings', label: w.nav.settings, icon: 'settings', where: 'wide-only' },
    { to: '/settings', label: w.nav.more, icon: 'more', where: 'phone-only' },
  ]
  const name = me ? nameOf(me) : (user.value?.username ?? '')
  const isAt = (to: string) =>
    to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)
  return (
    <nav class="nav" aria-label={w.nav.label}>
      <Link to="/" class="nav-brand">
        {w.appName}
      </Link>
      <ul>
        {items.map(({ to, label, icon, count = 0, counted, where }) => (
          <li key={label} class={where}>
            <Link to={to} class="nav-link" aria-current={isAt(to) ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
              {count > 0 && (
                <span class="badge">
                  <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
                  <span class="hidden-text">{counted}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/settings/profile" class="nav-me">
        <Avatar name={name} path={picturePath(me?.profile_picture)} size={32} />
        <span>{name}</span>
      </Link>
    </nav>
  )
}
