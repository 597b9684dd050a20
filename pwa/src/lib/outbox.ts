/**
 * Writes that must not get lost: sent at once and kept in the phone beside that, then sent until the server answers.
 *
 * Each entry carries its `request_id`, so sending twice does it once. Alarms never wait for the others, and nothing
 * waits for the phone's storage: one that never answers costs what a closed page would have sent, and no more.
 */
import { Refusal, Unreachable } from './http'
import type { Id } from './wire'
import type { StoredTable } from './stored-table'

export type EntryKind = 'alarm' | 'check_in' | 'check_out' | 'picture' | 'clip'
export type EntryState = 'waiting' | 'sending' | 'delivered' | 'refused'

export interface Entry {
  /** The request_id. */
  id: string
  kind: EntryKind
  path: string
  body: Record<string, unknown>
  /** Whose it is; another account on this phone never sends it. Null: nobody was signed in. */
  accountId: Id | null
  /** What the pages show without network: the post's name and the like. */
  note: Record<string, string>
  createdAt: number
  attempts: number
  nextAt: number
  state: EntryState
  deliveredAt: number | null
  answer: unknown
  refusal: { status: number; code: string; facts: Record<string, unknown> } | null
  /** False: the storage did not take it, so that it lasts no longer than the page. */
  kept?: boolean
}

export type NewEntry = Pick<Entry, 'id' | 'kind' | 'path' | 'body' | 'accountId' | 'note'>

export interface OutboxOptions {
  table: StoredTable<Entry>
  send(entry: Entry, timeoutMs: number): Promise<unknown>
  /** Whose entries may go out now; undefined while nobody knows. */
  accountId(): Id | null | undefined
  onChange(entries: Entry[]): void
  onAnswer?(entry: Entry): void
  /** Change what goes out before a further try, for example to say that it waited. */
  reword?(entry: Entry): Record<string, unknown>
  now?(): number
  /** Its own name among the locks of all tabs, where it is not the one of duties and alarms. */
  lock?: string
  /** How long a try may last, but an alarm's. */
  timeoutMs?: number
}

const KEEP_MS = 36 * 3_600_000
const ALARM_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000]
const OTHER_WAITS_MS = [2_000, 5_000, 15_000]
const ALARM_TIMEOUTS_MS = [5_000, 8_000, 12_000, 15_000]
const TIMEOUT_MS = 12_000
const REPLAY_EVERY_MS = 15_000
const LOCK = 'huxue.outbox'
/** Whoever asks the storage goes on after this without it. */
const STORAGE_MS = 1_000

/** Wait for the storage, but not for long; false where nothing came of it meanwhile. */
const within = (work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise((resolve) => setTimeout(() => resolve(false), STORAGE_MS))])

const stepOf = (steps: readonly number[], attempts: number): number => steps[Math.min(attempts, steps.length) - 1] ?? steps[0]!

/** Tell whether sending the same again can help: no answer, an ended session, a busy or broken server. */
function worthAnotherTry(error: unknown, kind: EntryKind): boolean {
  if (error instanceof Unreachable) return true
  if (!(error instanceof Refusal)) return true
  if (error.status === 401 || error.code === 'bad_csrf_token') return true
  return error.status >= 500 || error.status === 429 || (error.status === 408 && kind !== 'check_out')
}

export class Outbox {
  private readonly entries = new Map<string, Entry>()
  private readonly busy = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private loaded = false

  constructor(private readonly options: OutboxOptions) {}

  private now(): number {
    return this.options.now?.() ?? Date.now()
  }

  /** Read what the last visit left and send it; call once. */
  async start(): Promise<void> {
    // What comes later than that is planned for when it comes.
    await within(this.reload())
    this.loaded = true
    await this.replay()
  }

  private async reload(): Promise<void> {
    for (const entry of await this.options.table.all()) {
      if (this.entries.has(entry.id)) continue
      if (this.now() - entry.createdAt > KEEP_MS && entry.state !== 'waiting') {
        void this.options.table.remove(entry.id)
      } else {
        // A page that was closed while sending does not know the answer: ask again.
        this.entries.set(entry.id, entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry)
      }
    }
    this.changed()
    this.plan()
  }

  /** Send an entry at once, and keep it meanwhile. Resolves when the entry has been tried for the first time. */
  async add(made: NewEntry): Promise<Entry> {
    const entry: Entry = {
      ...made,
      createdAt: this.now(),
      attempts: 0,
      nextAt: this.now(),
      state: 'waiting',
      deliveredAt: null,
      answer: null,
      refusal: null,
    }
    this.entries.set(entry.id, entry)
    await this.attempt(entry.id)
    return this.entries.get(entry.id) ?? entry
  }

  /** Forget an entry that the guard has seen. */
  async dismiss(id: string): Promise<void> {
    this.entries.delete(id)
    this.changed()
    await within(this.options.table.remove(id))
  }

  /** Try all that is due, or with `all` everything that waits; one tab at a time where the browser has locks. */
  async replay(all = false): Promise<void> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
    if (locks) await locks.request(this.options.lock ?? LOCK, { ifAvailable: true }, (lock) => (lock ? this.sendDue(all) : undefined))
    else await this.sendDue(all)
    this.plan()
  }

  /** Send what was refused once more, because its guard wants it: what stood against it may be gone. */
  async again(id: string): Promise<void> {
    if (this.entries.get(id)?.state === 'refused') this.update(id, { state: 'waiting' })
    await this.replay(true)
  }

  private mine(entry: Entry): boolean {
    const accountId = this.options.accountId()
    // An alarm goes out whoever is signed in, or nobody: a lost alarm is worse than a wrong name.
    return entry.kind === 'alarm' || (accountId !== undefined && accountId !== null && accountId === entry.accountId)
  }

  private async sendDue(all: boolean): Promise<void> {
    const due = [...this.entries.values()]
      .filter((entry) => entry.state === 'waiting' && this.mine(entry) && (all || entry.nextAt <= this.now()))
      .sort((a, b) => Number(b.kind === 'alarm') - Number(a.kind === 'alarm') || a.createdAt - b.createdAt)
    const alarms = due.filter((entry) => entry.kind === 'alarm')
    await Promise.all(alarms.map((entry) => this.attempt(entry.id)))
    // Duties keep their order: a check-out must not overtake its check-in.
    for (const entry of due) if (entry.kind !== 'alarm' && !(await this.attempt(entry.id))) break
  }

  private async attempt(id: string): Promise<boolean> {
    const entry = this.entries.get(id)
    if (!entry || this.busy.has(id) || entry.state === 'delivered' || entry.state === 'refused') return true
    this.busy.add(id)
    const attempts = entry.attempts + 1
    const body = (attempts > 1 && this.options.reword?.(entry)) || entry.body
    this.update(id, { state: 'sending', attempts, body })
    try {
      const timeout = entry.kind === 'alarm' ? stepOf(ALARM_TIMEOUTS_MS, attempts) : (this.options.timeoutMs ?? TIMEOUT_MS)
      const answer = await this.options.send({ ...entry, attempts, body }, timeout)
      this.update(id, { state: 'delivered', answer, deliveredAt: this.now() })
      const delivered = this.entries.get(id)
      if (delivered) this.options.onAnswer?.(delivered)
      return true
    } catch (error) {
      this.failed(entry, attempts, error)
      return false
    } finally {
      this.busy.delete(id)
      this.plan()
    }
  }

  private failed(entry: Entry, attempts: number, error: unknown): void {
    const refusal =
      error instanceof Refusal ? { status: error.status, code: error.code, facts: error.facts } : null
    if (!worthAnotherTry(error, entry.kind)) {
      this.update(entry.id, { state: 'refused', refusal })
      return
    }
    const wait = stepOf(entry.kind === 'alarm' ? ALARM_WAITS_MS : OTHER_WAITS_MS, attempts)
    this.update(entry.id, { state: 'waiting', refusal, nextAt: this.now() + wait })
  }

  private update(id: string, change: Partial<Entry>): void {
    const entry = this.entries.get(id)
    if (!entry) return
    const next = { ...entry, ...change }
    this.entries.set(id, next)
    this.changed()
    void this.store(next)
  }

  /** Keep an entry beside all else, and note whether it is kept. */
  private async store(entry: Entry): Promise<void> {
    const putting = this.options.table.put(entry)
    for (const waited of [within(putting), putting]) {
      const kept = (await waited) !== false
      const now = this.entries.get(entry.id)
      if (!now || now.state !== entry.state || (now.kept ?? true) === kept) continue
      this.entries.set(entry.id, { ...now, kept })
      this.changed()
    }
  }

  private changed(): void {
    this.options.onChange([...this.entries.values()].sort((a, b) => a.createdAt - b.createdAt))
  }

  /** Wake for the next due entry, at the latest after 15 s. */
  private plan(): void {
    if (!this.loaded && this.entries.size === 0) return
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const waiting = [...this.entries.values()].filter((entry) => entry.state === 'waiting')
    if (waiting.length === 0) return
    const first = Math.min(...waiting.map((entry) => entry.nextAt - this.now()))
    this.timer = setTimeout(() => void this.replay(), Math.min(REPLAY_EVERY_MS, Math.max(200, first)))
  }
}
