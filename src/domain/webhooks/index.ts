// What the other nouns, the routes and the live side may use of webhooks.
export {
  deliveriesFor,
  type Delivery,
  listDeliveries,
  retryDelivery,
  testEndpoint,
} from './deliveries'
export {
  addEndpoint,
  editEndpoint,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
} from './endpoints'
export { webhooks } from './lifecycle'
