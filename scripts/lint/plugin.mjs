// Lint rules of our own (oxlint's `jsPlugins`).
import { unguarded } from './unguarded.mjs'

const message =
  'Run it behind a guard: readAs, writeAs, writeIf, asStaff or asSystem (scripts/lint/unguarded.mjs has the exceptions).'

/**
 * The name of the outermost function that a node is in.
 * @param {any} node
 */
function nameAround(node) {
  let name = ''
  for (let at = node; at; at = at.parent) {
    if (at.type === 'FunctionDeclaration') name = at.id?.name ?? name
    if (at.type === 'VariableDeclarator' && at.parent?.parent?.type !== 'BlockStatement') {
      name = at.id?.name ?? name
    }
  }
  return name
}

/**
 * @param {string} file
 * @param {string} name
 */
function isAllowed(file, name) {
  const path = file.replaceAll('\\', '/').replace(/^.*?(?=src\/domain\/)/, '')
  return Object.entries(unguarded).some(
    ([where, names]) =>
      (where.endsWith('/') ? path.startsWith(where) : path === where) &&
      (names.includes('*') || names.includes(name)),
  )
}

/** A batch that nobody's session, right or name stands in front of. */
const guardedBatches = {
  meta: { type: 'problem', messages: { unguarded: message } },
  /** @param {any} context */
  create(context) {
    /** @param {any} node */
    const judge = (node) => {
      if (isAllowed(context.filename, nameAround(node))) return
      context.report({ node, messageId: 'unguarded' })
    }
    return {
      /** @param {any} node */
      CallExpression(node) {
        const { callee } = node
        const isBatch = callee.type === 'MemberExpression' && callee.property?.name === 'batch'
        if (callee.name === 'runBatch' || isBatch) judge(node)
      },
      /** @param {any} node */
      ImportSpecifier(node) {
        if (node.imported?.name === 'runBatch' && node.local.name !== 'runBatch') judge(node)
      },
    }
  },
}

export default { meta: { name: 'kith' }, rules: { 'guarded-batches': guardedBatches } }
