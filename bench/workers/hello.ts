// A hello-world: what a request costs the runtime before anybody does anything for it.
import { DurableObject } from 'cloudflare:workers'

/** Needed by the bindings of wrangler.toml alone. */
export class ChatRoom extends DurableObject {}
/** Needed by the bindings of wrangler.toml alone. */
export class Person extends DurableObject {}

export default {
  fetch: () => new Response('hello'),
} satisfies ExportedHandler<Env>
