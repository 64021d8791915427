// How long anything outside may take: one table. What is late is taken as failed, and what becomes of it
// afterwards is nobody's business any more.
import type { InTime, Patience } from '../domain/base/context'

/** By what is asked, in milliseconds. */
export const deadlines: Record<Patience, number> = {
  /** A read from KV, for which somebody waits; the database decides without it. */
  kv: 250,
  /** A write to KV, after the answer. */
  kvWrite: 2000,
  /** A room, asked by a person's object before `ending` is over. */
  room: 400,
  /** Objects, for which an answer waits when somebody's access has ended: the rest is a job. */
  ending: 500,
  /** An object. */
  object: 2000,
  /** An object that asks the database. */
  objectWithDatabase: 6000,
  /** A batch in D1. */
  d1: 4000,
  /** R2, up to the first byte and from one part of a file to the next. */
  r2: 5000,
  /** A try of the mail binding: three and their waits are done within 30 s. */
  mail: 7000,
  /** A job: less than the wait until it is tried again. */
  job: 25_000,
}

/** Something outside did not answer in time. */
export class TooLate extends Error {
  override name = 'TooLate'
  constructor(patience: Patience) {
    super(`${patience}: no answer within ${deadlines[patience]} ms`)
  }
}

/** See `Context.inTime`. A failure that comes after its time is nobody's. */
export const inTime: InTime = async (patience, work) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooLate(patience)), deadlines[patience])
  })
  try {
    // A race hears both out: the loser's failure is handled.
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
