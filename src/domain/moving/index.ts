// What the other nouns, the routes and the live side may use of moving.
export { exportOf } from './export'
export { leave } from './leaving'
export { eventKinds, jobKinds } from './nouns'
export { repairRestored } from './restoring'
export { sweep } from './sweep'
