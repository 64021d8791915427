/**
 * What the other nouns, the routes and the live side may use of moving.
 * @noun leaving, the export, the sweep, the repair of a restored database
 */
export { exportOf } from './export'
export { leave } from './leaving'
export { eventKinds, type ExportPart, exportParts, jobKinds } from './nouns'
export { repairRestored } from './restoring'
export { sweep } from './sweep'
