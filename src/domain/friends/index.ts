// What the other nouns, the routes and the live side may use of friends.
export { answerRequest } from './answering'
export { addFriend, askFriend } from './asking'
export { type BlockedPerson, blockPerson, listBlocks, unblockPerson } from './blocks'
export { endFriendship, removeFriend, removeRequest } from './ending'
export { labelFriend, listLabels, maxLabelLength } from './labels'
export { friends } from './lifecycle'
export {
  type AnsweredRequest,
  answeredMax,
  listFriends,
  listReceived,
  listRelations,
  listSent,
  type PendingRequest,
  type Relation,
  type RelationsCursor,
} from './lists'
export { type FriendRequest } from './requests'
