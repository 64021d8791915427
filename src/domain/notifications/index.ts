// What the other nouns, the routes and the live side may use of notifications.
export { tellDue, tellOwn } from './dispatcher'
export { type Counts, countNotifications, type Line, listNotifications } from './feed'
export { pushOf } from './items'
export { type Kind, type KindBy } from './kinds'
export {
  type LastLook,
  lookBeforePush,
  type Reached,
  type Standing,
  type Waiting,
} from './last-look'
export { notifications } from './lifecycle'
export { type Missed, readMissed, type StillThere } from './missed'
export { markRead, markReadUpTo, markSeen, removeNotification, removeUpTo } from './marks'
export {
  changePreferences,
  channelsOf,
  type Choices,
  type Choosable,
  getPreferences,
  lockedOf,
  type Preferences,
  type QuietHours,
} from './preferences'
export { quietUntil } from './quiet-hours'
export { type Notice, noticeIsThereFor } from './visible'
