// Line icons of our own, 24 by 24, drawn in the colour of the text beside them.
import type { JSX } from 'preact'

const paths = {
  home: 'M4 11l8-7 8 7M6 9.5V20h4.5v-5.5h3V20H18V9.5',
  chat: 'M4 5h16v11H9.5L5 20v-4H4z',
  plan: 'M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-5.5 6-5.5s6 2 6 5.5M16 5a3 3 0 0 1 0 6M17.5 14.7c2.200.6 3.500 2.400 3.500 5.300',
  contacts:
    'M6 3.500h13v17H6zM3.500 8h4M3.500 12h4M3.500 16h4M12.500 11.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9.500 16.500c0-2 1.300-3 3-3s3 1 3 3',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4',
  settings: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5v4M9 10v4M15 15v4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  send: 'M4 12l16-8-5 17-3.500-7.500z',
  picture: 'M4 5h16v14H4zM4 16l4.500-4.500 4 4L16 12l4 4M15.500 9h.01',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  place:
    'M12 21c4-4.500 6.500-7.700 6.500-11a6.500 6.500 0 0 0-13 0c0 3.300 2.500 6.500 6.500 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
} as const

/** What can be drawn. */
export type IconName = keyof typeof paths

/** A picture beside words; it says nothing by itself. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
