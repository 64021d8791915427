// Writing a message: a text, a picture, and a draft that stays.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { LiveChat } from '../../data/chat'
import { draftOf, putDraft } from '../../data/messages'
import { IconButton } from '../../ui/button'
import { sayFault } from '../../ui/toast'
import { w } from '../../words'
import { type Picture, PictureRefused, sendable } from './picture'

/** So long after the last key the draft is kept, in milliseconds. */
const settling = 300
/** What a message has at most. */
const longest = 2000

/** The field at the end of a conversation. */
export function Composer({ chat }: { chat: LiveChat }): JSX.Element {
  const [text, setText] = useState('')
  const [picture, setPicture] = useState<Picture | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const key = `/chats/${chat.id}`
  useDraft(key, text, setText)
  const send = () => {
    const message = text.trim()
    if (message === '' && !picture) return
    setText('')
    setPicture(null)
    void putDraft(key, '')
    void chat.send(message, picture && { data: picture.data, format: picture.format })
    field.current?.focus()
  }
  const take = async (given: File | null | undefined) => {
    if (!given) return
    try {
      setPicture(await sendable(given))
    } catch (error) {
      sayFault(error instanceof PictureRefused ? error.message : w.picture.unreadable)
    }
  }
  if (chat.isClosed.value) return <p class="hint composer">{w.chat.closed}</p>
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void take(event.dataTransfer?.files[0])
      }}
    >
      {picture && (
        <div class="preview">
          <img src={picture.preview} alt="" />
          <IconButton icon="close" label={w.chat.dropPicture} onPress={() => setPicture(null)} />
        </div>
      )}
      <div class="composer">
        <IconButton
          icon="picture"
          label={w.chat.addPicture}
          onPress={() => file.current?.click()}
        />
        <input
          ref={file}
          type="file"
          accept="image/png,image/jpeg,image/gif,image/webp"
          aria-label={w.chat.addPicture}
          tabIndex={-1}
          onChange={({ currentTarget: input }) => {
            void take(input.files?.[0])
            input.value = ''
          }}
        />
        <textarea
          ref={field}
          class="input"
          rows={1}
          dir="auto"
          aria-label={w.chat.message}
          placeholder={w.chat.message}
          maxLength={longest}
          value={text}
          onInput={({ currentTarget: { value } }) => {
            setText(value)
            if (value !== '') chat.typing()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || isCoarse()) return
            event.preventDefault()
            send()
          }}
          onPaste={(event) => {
            const [pasted] = event.clipboardData?.files ?? []
            if (!pasted) return
            event.preventDefault()
            void take(pasted)
          }}
        />
        <IconButton
          icon="send"
          label={w.chat.send}
          type="submit"
          kind="main"
          disabled={text.trim() === '' && !picture}
        />
      </div>
    </form>
  )
}

/** Where there are no keys, Enter begins a line, and the button sends. */
const isCoarse = () => matchMedia('(pointer: coarse)').matches

function useDraft(key: string, text: string, setText: (text: string) => void): void {
  const isRead = useRef(false)
  useEffect(() => {
    const read = async () => {
      const draft = await draftOf(key)
      isRead.current = true
      if (draft !== '') setText(draft)
    }
    void read()
  }, [key])
  useEffect(() => {
    if (!isRead.current) return
    const timer = setTimeout(() => void putDraft(key, text), settling)
    return () => clearTimeout(timer)
  }, [key, text])
}
