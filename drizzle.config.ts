// Where drizzle-kit finds the schema and writes the migrations (`npm run generate:migration`).
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/schema/index.ts',
  out: './drizzle',
})
