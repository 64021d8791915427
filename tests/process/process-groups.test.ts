// A kill is over when all that was killed is gone, not when the first of it is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { goneGroup } from './support/process-groups'

it('a group of processes is gone with its last one', async () => {
  // A leader and, in its group, one that stays until it is told.
  const script = 'cat >/dev/null <&3 & echo started; wait'
  const leader = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    detached: true,
  })
  const last = leader.stdio[3] as import('node:stream').Writable
  onTestFinished(() => void last.destroy())
  await once(leader.stdout!, 'data')
  const order: string[] = []
  leader.kill('SIGKILL')
  await once(leader, 'exit')
  const waited = goneGroup(leader.pid!).then(() => order.push('the group is gone'))
  // As long as it takes to ask twice.
  await Promise.race([waited, new Promise((resolve) => setTimeout(resolve, 200))])
  order.push('the last one may go')
  last.end()
  await waited
  expect(order).toEqual(['the last one may go', 'the group is gone'])
})
