/** Files in IndexedDB, each under its number; where the browser keeps none, in memory as long as the page lasts. */

export interface StoredFiles {
  get(id: string): Promise<Blob | null>
  put(id: string, file: Blob): Promise<void>
  remove(id: string): Promise<void>
}

const TABLE = 'files'

function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

/** Open the files of a name. A file that the disk does not take stays in memory. */
export function storedFiles(name: string): StoredFiles {
  const memory = new Map<string, Blob>()
  let database: Promise<IDBDatabase> | null = null

  async function act<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      if (!database) {
        const asked = indexedDB.open(name, 1)
        asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE)
        database = done(asked)
      }
      return await done(ask((await database).transaction(TABLE, mode).objectStore(TABLE)))
    } catch {
      // A private window, or a full disk.
      return null
    }
  }

  return {
    get: async (id) => memory.get(id) ?? ((await act<Blob | undefined>('readonly', (store) => store.get(id))) ?? null),
    async put(id, file) {
      memory.set(id, file)
      await act('readwrite', (store) => store.put(file, id))
    },
    async remove(id) {
      memory.delete(id)
      await act('readwrite', (store) => store.delete(id))
    },
  }
}
