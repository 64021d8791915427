// The ports to what is kept as files: pictures, who has left, the service's own pages.

/** A file as it is served: whole, a part of it, or (`body` null) one that the asker already has. */
export type StoredFile = {
  type: string
  size: number
  etag: string
  /** Never changes under its key. */
  isImmutable: boolean
  body: ReadableStream | null
}

/** Where pictures are kept; keys are paths below /media/. */
export type MediaStore = {
  /** Size, type and etag alone. */
  find(key: string): Promise<Omit<StoredFile, 'body'> | null>
  /** The file, or `part` of it (in bytes, inside its size). */
  read(key: string, part?: { offset: number; length: number }): Promise<StoredFile | null>
  put(key: string, file: { type: string; bytes: Uint8Array }): Promise<void>
  /** Removes files, at most 1,000; those that are not there too. */
  remove(keys: readonly string[]): Promise<void>
}

/** That an account has left: by the name of its object, since a restore may hand its id out again. */
export type Erasure = { id: number; object: string; at: number }

/** Who has left, kept outside the database for when that is restored. */
export type Erasures = {
  note(erasure: Erasure): Promise<void>
  /** Some at a time; `next` is the cursor of the rest. */
  list(cursor: string | null): Promise<{ erasures: Erasure[]; next: string | null }>
}

/** The files of the service's own pages, as its build left them. */
export type PageFiles = {
  /** A file by its path; null where there is none. */
  read(path: string): Promise<{ etag: string; body: ReadableStream | null } | null>
}
