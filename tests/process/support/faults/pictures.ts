// Somebody who shows a new picture again and again: the one before goes, its file as well.
import { png } from '../../../support/pictures'
import { anything, Ledger } from './ledger'
import { type Stage, statesOf, type Writer } from './writer'

export function pictureWriter({ service, one: as }: Stage): Writer {
  const ledger = new Ledger()
  const key = `picture of ${as.username}`
  const keyOf = (path: string) => path.slice('/media/'.length)

  return {
    name: 'pictures',
    ledger,
    async step() {
      const form = new FormData()
      form.append('avatar', new File([png()], 'me.png'))
      const request = () => service.call('POST', '/users/update/', { form, as, expect: [200] })
      const { body } = await ledger.change(key, anything, request, ({ body }) => keyOf(body.avatar))
      await service.call('GET', body.avatar, { expect: [200] })
    },
    look({ rows }) {
      const found = rows(`select avatar from users where id = ? and avatar <> ''`, as.id)
      return statesOf(found.map(({ avatar }) => [key, avatar] as const))
    },
  }
}
