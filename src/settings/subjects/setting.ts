// What a setting says of itself.

/** A setting as docs/settings.md shows it. */
export type Setting = {
  /** What counts where nothing is set, as one would write it; '' is none. */
  fallback: string
  /** Where `fallback` does not say it: what none means. */
  shown?: string
  /** The words it takes; the first is the default. */
  words?: readonly [string, ...string[]]
  /** What it does, in Markdown. */
  about: string
}

/** A setting that takes one of some words; the first is the default. */
export const choice = <const W extends readonly [string, ...string[]]>(
  words: W,
  about: string,
) => ({
  fallback: words[0],
  words,
  about,
})
