// What the other nouns, the routes and the live side may use of chat.
export {
  closeBlockedConversation,
  closeConversation,
  conversationWith,
  conversedOf,
  openConversation,
} from './conversations'
export { messageCreated } from './events'
export { feedConversation, membersOf, type Told } from './feed'
export { type Conversation, getConversation, listConversations, type Message } from './inbox'
export { isStillAdmitted, joinConversation, joinOwnEvents } from './joining'
export { chat } from './lifecycle'
export { startConversation, type Started } from './starting'
export { isUnmuted, unreadConversations } from './unread'
