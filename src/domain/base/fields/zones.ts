// Names of time zones in the letter case that the IANA database gives them: many programs take no other.

/** Words of old names that stand in capitals. */
const capitals = new Set(
  'act cdt cet cst edt eet est gb gmt hst in lhi met mdt mst nsw nz chat pdt prc pst roc rok su uct us utc w wet'.split(
    ' ',
  ),
)
/** Words that begin small, and those that have a capital inside. */
const others = new Map([
  ...['of', 'es', 'au'].map((word) => [word, word] as const),
  ...['ComodRivadavia', 'DeNoronha', 'EasterIsland', 'BajaNorte', 'BajaSur'].map(
    (word) => [word.toLowerCase(), word] as const,
  ),
])
/** Three letters are a zone only here: what else the engine takes (`ACT`, `IST`) is its own. */
const shortNames = /^(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/

/**
 * The zone's name as the database writes it, in whatever letter case it was given; '' for ''; null where
 * there is no such zone. An alias stays the alias that was chosen.
 */
export function canonicalZone(given: string): string | null {
  // Offsets (`+02:00`), which Intl also takes, know no summer time.
  if (given !== '' && !/^[a-z][\w+/-]*$/i.test(given)) return null
  const meant = given && resolved(given)
  // ECMA-402 gives a zone's own name in its letter case, but for an alias what it stands for.
  if (meant === null || meant.toLowerCase() === given.toLowerCase()) return meant
  const alias = given.toLowerCase().replace(/[a-z]+/g, inItsCase)
  return alias.length === 3 && !shortNames.test(alias) ? null : alias
}

function inItsCase(word: string): string {
  if (capitals.has(word)) return word.toUpperCase()
  return others.get(word) ?? word[0]!.toUpperCase() + word.slice(1)
}

function resolved(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
