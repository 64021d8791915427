// What the other nouns, the routes and the live side may use of notifications.
export { notifications } from './lifecycle'
