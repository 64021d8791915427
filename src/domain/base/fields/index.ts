// What a field may hold: rules that every contract shares. Which fields a body has is the route's to say;
// how each code is worded, the wire's. Each rule's file is in the folder of this name.
export {
  clearable,
  type Fail,
  field,
  issuesOf,
  kindOf,
  nullable,
  optional,
  present,
} from './decoding'
export { decodeText, lookupMax, text, typedDigits } from './text'
export { emailKey, foldCase, normalPassword } from './folding'
export {
  anyPassword,
  anyPasswordOrNone,
  email,
  holdsInvisible,
  isLikeUsername,
  newPassword,
  optionalCode,
  ownUsername,
  refreshToken,
  repeatedPassword,
  sealablePassword,
  unlikeUsername,
  username,
  usernameSignsOf,
} from './accounts'
export { boolean, choice, idCursor, integer, list, place, shortText } from './values'
