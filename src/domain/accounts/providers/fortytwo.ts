// 42's intra, the one provider so far: `platform/fortytwo.ts` speaks with it.

/** What `identities` has for accounts of 42. */
export const fortyTwoId = '42'
