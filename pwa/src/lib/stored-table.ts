/** A small table of JSON in IndexedDB; where the browser has none, in memory as long as the page lasts. */

export interface StoredRow {
  id: string
}

export interface StoredTable<T extends StoredRow> {
  all(): Promise<T[]>
  /** Tell whether it is on the disk. */
  put(value: T): Promise<boolean>
  remove(id: string): Promise<void>
}

const VERSION = 1

function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

function open(name: string, table: string): Promise<IDBDatabase> {
  const asked = indexedDB.open(name, VERSION)
  asked.onupgradeneeded = () => asked.result.createObjectStore(table, { keyPath: 'id' })
  return done(asked)
}

function notKept(problem: unknown): boolean {
  // Private windows of some browsers keep nothing; anywhere else this is a fault to be seen.
  globalThis.reportError?.(problem)
  return false
}

/** Open a table; every write is on the disk before its promise holds. */
export function storedTable<T extends StoredRow>(name: string, table: string): StoredTable<T> {
  const memory = new Map<string, T>()
  let database: Promise<IDBDatabase> | null = null

  async function write(act: (store: IDBObjectStore) => IDBRequest): Promise<boolean> {
    database ??= open(name, table)
    const transaction = (await database).transaction(table, 'readwrite', { durability: 'strict' })
    act(transaction.objectStore(table))
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
    return true
  }

  return {
    async all() {
      try {
        database ??= open(name, table)
        const stored = await done<T[]>((await database).transaction(table).objectStore(table).getAll())
        for (const value of stored) memory.set(value.id, value)
      } catch {
        // Private windows of some browsers have no IndexedDB: memory must do.
      }
      return [...memory.values()]
    },
    async put(value) {
      memory.set(value.id, value)
      // A plain copy: a browser refuses to store what a page watches (a proxy).
      const plain: unknown = JSON.parse(JSON.stringify(value))
      return write((store) => store.put(plain)).catch(notKept)
    },
    async remove(id) {
      memory.delete(id)
      await write((store) => store.delete(id)).catch(notKept)
    },
  }
}
