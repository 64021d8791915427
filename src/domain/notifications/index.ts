// What the other nouns, the routes and the live side may use of notifications.
export { tellDue, tellOwn } from './dispatcher'
export { type Kind, type KindBy } from './kinds'
export { notifications } from './lifecycle'
export { type Missed, readMissed, type StillThere } from './missed'
export { type Notice, noticeIsThereFor } from './visible'
