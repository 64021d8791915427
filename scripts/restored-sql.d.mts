// Types of restored-sql.mjs, for the tests that run it inside workerd.
export function restoredStatements(now: number): string[]
