// Tokens of a libsql-server, and the keys that they are signed with.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A pair for EdDSA; the public key in the form that a libsql-server reads from its key file. */
export function newKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicKey: publicKey.export({ format: 'jwk' }).x!, privateKey }
}

/** A JWT by EdDSA (RFC 8037 §3.1), as libsql-servers take them. */
export function tokenBy(key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ a: 'rw' })}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}
