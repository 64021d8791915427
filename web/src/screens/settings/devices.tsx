// Where one is signed in, and ending it there.
import type { JSX } from 'preact'
import { useSessions } from '../../data/account'
import { endOtherSessions, endSession } from '../../data/profile'
import { Button } from '../../ui/button'
import { Page } from '../../ui/page'
import { w } from '../../words'
import { date, stamp } from '../../words/times'
import { useAct } from '../act'
import { Loaded } from '../load'

const words = w.settings.devices

/** The page. */
export default function Devices(): JSX.Element {
  const [isBusy, act] = useAct()
  return (
    <Page title={w.settings.parts.devices} up="/settings">
      <Loaded of={useSessions()}>
        {(all) => (
          <>
            <ul class="rows">
              {all
                .toSorted((one, other) => Number(other.current) - Number(one.current))
                .map((one) => (
                  <li class="row wraps" key={one.id}>
                    <span class="row-text">
                      <div class="row-title">{programOf(one.user_agent)}</div>
                      <div class="hint">
                        {one.current && <strong>{words.this} · </strong>}
                        {words.since(date(Date.parse(one.created_at)))} ·{' '}
                        {words.used(stamp(Date.parse(one.last_used_at)))}
                      </div>
                    </span>
                    {!one.current && (
                      <Button onPress={() => void act(() => endSession(one.id))}>
                        {words.end}
                      </Button>
                    )}
                  </li>
                ))}
            </ul>
            {all.length > 1 && (
              <p class="block">
                <Button busy={isBusy && w.common.saving} onPress={() => void act(endOtherSessions)}>
                  {words.endOthers}
                </Button>
              </p>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

const programs: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl/, 'curl'],
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** A program as people call it. */
function programOf(agent: string): string {
  const named = (all: [RegExp, string][]) => all.find(([pattern]) => pattern.test(agent))?.[1]
  const [program, system] = [named(programs), named(systems)]
  if (!program) return agent.slice(0, 40) || words.unknown
  return system ? words.on(program, system) : program
}
