// A picture as it is sent: at most 2,048 pixels a side, at most 1.4 MiB; a small GIF stays what it is.
import { w } from '../../words'

/** `data` is a data URL, `preview` shows it. */
export type Picture = { data: string; format: string; preview: string }

/** Why a picture is not taken, in words. */
export class PictureRefused extends Error {}

const longestSide = 2048
const heaviest = 1.4 * 1024 * 1024
const qualities = [0.86, 0.7, 0.5]

/** Makes a file ready to be sent. @throws `PictureRefused` */
export async function sendable(file: File): Promise<Picture> {
  if (file.type === 'image/gif' && file.size <= heaviest) return pictureOf(file, 'gif')
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureRefused(w.picture.unreadable)
  })
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  for (const quality of qualities) {
    const blob = await blobOf(canvas, 'image/webp', quality)
    if (blob && blob.size <= heaviest) {
      // A browser that writes no WebP answers with PNG.
      if (blob.type === 'image/webp') return pictureOf(blob, 'webp')
      const jpeg = await blobOf(canvas, 'image/jpeg', quality)
      if (jpeg && jpeg.size <= heaviest) return pictureOf(jpeg, 'jpeg')
    }
  }
  throw new PictureRefused(w.picture.tooHeavy)
}

const blobOf = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality))

function pictureOf(blob: Blob, format: string): Promise<Picture> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      const data = reader.result as string
      resolve({ data, format, preview: URL.createObjectURL(blob) })
    })
    reader.addEventListener('error', () => reject(new PictureRefused(w.picture.unreadable)))
    reader.readAsDataURL(blob)
  })
}
