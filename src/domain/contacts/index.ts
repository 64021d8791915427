// What the other nouns, the routes and the live side may use of contacts.
export {
  addContact,
  changeContact,
  type Contact,
  type ContactFields,
  getContact,
  listContacts,
  removeContact,
} from './contacts'
export { contacts } from './lifecycle'
