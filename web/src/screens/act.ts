// Doing something by one press: busy until it is done, and said where it is not.
import { useState } from 'preact/hooks'
import { isOnline } from '../data/device'
import { sayFault } from '../ui/toast'
import { w } from '../words'
import { errorText } from './errors'

/** Whether it is at work, and how it is done: `true` once it was. */
export function useAct(): [
  isBusy: boolean,
  act: (work: () => Promise<unknown>) => Promise<boolean>,
] {
  const [isBusy, setBusy] = useState(false)
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (!isOnline.value) {
      sayFault(w.error.offline)
      return false
    }
    setBusy(true)
    try {
      await work()
      return true
    } catch (error) {
      sayFault(errorText(error), () => void act(work))
      return false
    } finally {
      setBusy(false)
    }
  }
  return [isBusy, act]
}
