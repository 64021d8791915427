// What the other nouns, the routes and the live side may use of plans.
export { addRsvp, changeRsvp } from './answering'
export { closeCalendar, openCalendar, readCalendar } from './calendars'
export { addPlan, changePlan, removePlan } from './editing'
export {
  invite,
  type Invited,
  type InvitedPage,
  listInvited,
  type Named,
  uninvite,
} from './invitations'
export { plans } from './lifecycle'
export { listPlans, type PlanFilter } from './lists'
export {
  getPlan,
  type Location,
  type Plan,
  type PlanFacts,
  type PlanFields,
  type Rsvp,
} from './plans'
export { listOwnRsvps, listRsvpsOfPlan } from './rsvps'
export { removeAllRsvps, removeOwnRsvp, removeRsvp } from './withdrawing'
