// For `npm run migrate:libsql`: the same migrations for a libSQL database, whose address and token are
// taken from the environment.
import { defineConfig } from 'drizzle-kit'

const url = process.env['LIBSQL_URL']
const authToken = process.env['LIBSQL_AUTH_TOKEN']
if (!url) throw new Error('LIBSQL_URL says which database to migrate, such as libsql://…')

export default defineConfig({
  dialect: 'turso',
  schema: './src/db/schema/index.ts',
  out: './drizzle',
  dbCredentials: { url, ...(authToken ? { authToken } : {}) },
})
