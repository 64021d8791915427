// Every address of the app below /app, with the screen that is shown there: a chunk of its own each.
import type { ComponentType } from 'preact'
import { match } from './router'

/** What a screen is given: the parameters of its address. */
export type ScreenProps = { params: Record<string, string> }
type Screen = ComponentType<ScreenProps>
type Load = () => Promise<{ default: Screen }>

/** An address and its screen. */
export type Route = {
  path: string
  load: Load
  /** Shown without a sign-in, without the navigation. */
  isDoor?: true
  /** The list that stands beside it where there is room. */
  list?: Load
}

const chats: Load = () => import('./screens/chats/chats')
const people: Load = () => import('./screens/people/people')
const plans: Load = () => import('./screens/plans/plans')
const contacts: Load = () => import('./screens/contacts/contacts')
const settings: Load = () => import('./screens/settings/settings')

/** All of them; the first that matches counts. */
export const routes: readonly Route[] = [
  { path: '/sign-in', isDoor: true, load: () => import('./screens/doors/sign-in') },
  { path: '/sign-up', isDoor: true, load: () => import('./screens/doors/sign-up') },
  { path: '/reset', isDoor: true, load: () => import('./screens/doors/reset') },
  { path: '/verify', isDoor: true, load: () => import('./screens/doors/verify') },
  { path: '/undo', isDoor: true, load: () => import('./screens/doors/undo') },
  { path: '/', load: () => import('./screens/home/home') },
  { path: '/chats', load: chats },
  { path: '/chats/:id', load: () => import('./screens/chats/chat'), list: chats },
  { path: '/people', load: people },
  { path: '/people/:id', load: () => import('./screens/people/person'), list: people },
  { path: '/contacts', load: contacts },
  { path: '/contacts/new', load: () => import('./screens/contacts/edit'), list: contacts },
  { path: '/contacts/:id', load: () => import('./screens/contacts/edit'), list: contacts },
  { path: '/plans', load: plans },
  { path: '/plans/new', load: () => import('./screens/plans/edit'), list: plans },
  // What stands beside a plan is who comes.
  { path: '/plans/:id', load: () => import('./screens/plans/plan') },
  { path: '/plans/:id/edit', load: () => import('./screens/plans/edit'), list: plans },
  { path: '/notifications', load: () => import('./screens/notifications/notifications') },
  { path: '/settings', load: settings },
  { path: '/settings/profile', load: () => import('./screens/settings/profile'), list: settings },
  { path: '/settings/security', load: () => import('./screens/settings/security'), list: settings },
  { path: '/settings/devices', load: () => import('./screens/settings/devices'), list: settings },
  { path: '/settings/app', load: () => import('./screens/settings/this-app'), list: settings },
  { path: '/settings/data', load: () => import('./screens/settings/data'), list: settings },
]

/** What is at an address; null where nothing is. */
export function routeOf(path: string): { route: Route; params: Record<string, string> } | null {
  for (const route of routes) {
    const params = match(route.path, path)
    if (params) return { route, params }
  }
  return null
}
