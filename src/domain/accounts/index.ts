// What the other nouns, the routes and the live side may use of accounts.
export {
  accountChange,
  afterChange,
  type AccountChanges,
  type Asked,
  changeError,
  changeIssues,
  issuesFrom,
} from './changes'
export { register, signUp } from './doors/registration'
export { needsAdministrator } from './doors/standing'
export { endSessionsOf, signIn, signOut, signOutHere } from './doors/sign-in'
export { inTurn } from './doors/turns'
export { switchCodeOff, switchCodeOn } from './factors/code-switch'
export { requestCode } from './factors/send-code'
export { rename } from './held-names'
export { accounts } from './lifecycle'
export { type OwnerProof, provingOwner } from './passwords/owner-proof'
export { changePassword, guardPassword, passwordChange } from './passwords/password-change'
export { confirmOwner } from './passwords/password-check'
export { openNewPassword, openPassword, passwordKeys } from './passwords/sealed-passwords'
export { beginProvided, finishProvided, openTicket, ticketLife } from './providers/oauth'
export { type PictureJob, pictureJobKind } from './providers/provided-accounts'
export { accountRecord, type AccountRecord, groupIds, isAdministrator } from './record'
export { asStaff, auditOfOther, byRight, readAsStaff } from './sessions/acting'
export {
  type Caller,
  callerOfClaims,
  callerOfOpaque,
  me,
  mySession,
  opaqueTokenHash,
} from './sessions/callers'
export { afterAllSessionsEnded, endAllSessions } from './sessions/endings'
export { type TokenPair } from './sessions/grants'
export {
  endOneSession,
  endOtherSessions,
  listSessions,
  type Session,
} from './sessions/own-sessions'
export { renewAccess, rotateRefresh } from './sessions/refresh'
export {
  accountOf,
  listenerOf,
  presentUntil,
  readAs,
  requireSession,
  writeAs,
  writeIf,
} from './sessions/sessions'
export { issueTicket, redeemTicket } from './sessions/tickets'
export { claimedType, signAccess, type TokenType, verifyToken } from './sessions/tokens'
export {
  limitError,
  requireLeft,
  requireLeftOf,
  spend,
  spendIfWritten,
  spendWritten,
  whyLimited,
} from './spending'
export { textsWithin, whyTextsOver } from './usage'
export { type Reference, whom, type Whom, whomOf } from './whom'
