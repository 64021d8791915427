// The same for a chat room's own storage (`npm run generate:room-migration`): its migrations are bundled
// with the code and run inside each room, never by D1.
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  driver: 'durable-sqlite',
  schema: './src/realtime/room/schema.ts',
  out: './drizzle/room',
})
