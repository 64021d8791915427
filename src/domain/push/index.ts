// What the other nouns, the routes and the live side may use of push.
export type { PushAddress } from './addresses'
export { maxEndpoint } from './addresses'
export { push } from './lifecycle'
export { type PushNews, type PushWords, saysNothing, topicOf } from './news'
export { noteOutcome, type PushOutcome, pushWaits } from './outcomes'
export { type PushTarget, sendPush } from './sending'
export {
  isOfGoodSession,
  listTargets,
  removeAddress,
  removeTarget,
  subscribe,
  type Target,
} from './targets'
export { testTarget, type TestResult } from './trying'
export { publicKey } from './vapid'
