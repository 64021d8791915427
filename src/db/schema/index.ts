// All tables of the database, by noun. (A chat room has a storage of its own.)
// Made by `npm run generate:lists`: not to be edited.
export * from './accounts'
export * from './base'
export * from './chat'
export * from './contacts'
export * from './friends'
export * from './media'
export * from './notifications'
export * from './outside'
export * from './plans'
export * from './staff'
export * from './users'
