// What the other nouns, the routes and the live side may use of people.
export { getMe, listCards, type Me, type PersonCard } from './cards'
export { tellChanged } from './changed'
export {
  findByName,
  type FriendCard,
  getInfo,
  getPerson,
  listPeople,
  type PersonInfo,
  type PublicPerson,
  searchFriends,
} from './directory'
export {
  avatar,
  type AvatarField,
  groupReference,
  maxGroups,
  phoneNumber,
  pictureOrNone,
} from './fields'
export { people } from './lifecycle'
export { awayAfter, isAway, keepPresent, listensFor, listensLife, presenceOf } from './presence'
export {
  type AvatarChange,
  changeDetails,
  changeProfile,
  changeRecord,
  getDetails,
  getProfile,
  type Profile,
} from './profiles'
export { isOn, isPushWanted } from './pushed'
export { changeSensitive } from './sensitive'
export {
  getOwnRecord,
  listRecords,
  type OwnRecord,
  ownRecordAmongOthers,
  type PersonRecord,
  personRecord,
} from './users'
export {
  accountIsThereFor,
  areFriends,
  isStaff,
  isThereFor,
  notBlocked,
  planIsMeantFor,
  planIsThereFor,
  whomThere,
} from './visibility'
