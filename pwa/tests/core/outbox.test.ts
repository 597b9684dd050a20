import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { Refusal, Unreachable } from '@/lib/http'
import { type Entry, type NewEntry, Outbox } from '@/lib/outbox'
import { storedTable, type StoredTable } from '@/lib/stored-table'

/** The phone's storage for timing tests: as lasting as the test, with no clock of its own. */
function shelf(): StoredTable<Entry> {
  const kept = new Map<string, Entry>()
  return {
    all: async () => [...kept.values()],
    put: async (entry) => Boolean(kept.set(entry.id, entry)),
    remove: async (id) => void kept.delete(id),
  }
}

/** A storage that never answers, as some phones have one after a fault. */
function dead(): StoredTable<Entry> {
  return { all: () => new Promise(() => {}), put: () => new Promise(() => {}), remove: () => new Promise(() => {}) }
}

const made = (id: string, change: Partial<NewEntry> = {}): NewEntry => ({
  id,
  kind: 'alarm',
  path: '/api/alarms',
  body: { request_id: id },
  accountId: 7,
  note: {},
  ...change,
})

let entries: Entry[] = []
let accountId: number | null | undefined = 7
const send = vi.fn<(entry: Entry, timeoutMs: number) => Promise<unknown>>()
const open = (table: StoredTable<Entry>): Outbox =>
  new Outbox({ table, send, accountId: () => accountId, onChange: (next) => (entries = next) })
const entry = (id: string): Entry | undefined => entries.find((one) => one.id === id)

beforeEach(() => {
  vi.useFakeTimers()
  send.mockReset()
  entries = []
  accountId = 7
})
afterEach(() => {
  vi.useRealTimers()
})

describe('outbox', () => {
  it('keeps an entry while it is on its way', async () => {
    const table = shelf()
    send.mockImplementation(async (one) => {
      expect((await table.all()).map((kept) => kept.id)).toContain(one.id)
      return { id: 1 }
    })
    await open(table).add(made('a'))
    expect(entry('a')).toMatchObject({ state: 'delivered', answer: { id: 1 }, attempts: 1 })
    expect((await table.all()).map((kept) => kept.state)).toEqual(['delivered'])
    expect(entry('a')?.kept).not.toBe(false)
  })

  it.each(['alarm', 'check_in'] as const)('sends a first %s at once where the storage never answers', async (kind) => {
    const outbox = open(dead())
    const started = outbox.start()
    send.mockRejectedValue(new Unreachable('offline'))
    const added = outbox.add(made('a', { kind }))
    // Before anything else had its turn: what is counted is what has left.
    expect(send).toHaveBeenCalledTimes(1)
    expect(entry('a')).toMatchObject({ state: 'sending', attempts: 1 })
    await added
    send.mockResolvedValue({ id: 1 })
    await vi.advanceTimersByTimeAsync(kind === 'alarm' ? 1_000 : 2_000)
    expect(entry('a')).toMatchObject({ state: 'delivered', attempts: 2 })
    expect(send).toHaveBeenCalledTimes(2)
    await started
    await vi.advanceTimersByTimeAsync(1_000)
    expect(entry('a')?.kept).toBe(false)
    const dismissed = outbox.dismiss('a')
    await vi.advanceTimersByTimeAsync(1_000)
    await dismissed
    expect(entries).toEqual([])
  })

  it('sends what a slow storage brings when it brings it', async () => {
    const table = shelf()
    send.mockRejectedValueOnce(new Unreachable('offline'))
    await open(table).add(made('a'))
    vi.clearAllTimers()
    send.mockReset().mockResolvedValue({ id: 2 })
    const slow = { ...table, all: () => new Promise<Entry[]>((resolve) => setTimeout(() => resolve(table.all()), 30_000)) }
    const later = open(slow)
    const started = later.start()
    await vi.advanceTimersByTimeAsync(1_000)
    await started
    expect(send).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(entry('a')).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('tries an alarm again after 1, 2 and 4 s, with the same request_id', async () => {
    const triedAt: number[] = []
    send.mockImplementation(async () => {
      triedAt.push(Date.now())
      throw new Unreachable('offline')
    })
    await open(shelf()).add(made('a'))
    await vi.advanceTimersByTimeAsync(7_500)
    expect(triedAt.slice(1).map((at, index) => at - triedAt[index]!)).toEqual([1_000, 2_000, 4_000])
    expect(new Set(send.mock.calls.map(([one]) => one.body.request_id))).toEqual(new Set(['a']))
  })

  it('keeps what pages show live: the storage of a browser takes no proxies', async () => {
    vi.useRealTimers()
    const fix = reactive({ latitude: 31.8, longitude: 117.2, accuracy_m: 9 })
    send.mockRejectedValue(new Unreachable('offline'))
    await open(storedTable<Entry>('huxue', 'proxies')).add(made('a', { body: { request_id: 'a', fix } }))
    const later = await storedTable<Entry>('huxue', 'proxies').all()
    expect(later.map((one) => one.body)).toEqual([{ request_id: 'a', fix: { latitude: 31.8, longitude: 117.2, accuracy_m: 9 } }])
  })

  it('survives the page: another one sends what the first left', async () => {
    const table = shelf()
    send.mockRejectedValueOnce(new Unreachable('offline'))
    await open(table).add(made('a'))
    send.mockResolvedValue({ id: 2 })
    vi.clearAllTimers()
    const later = open(table)
    await later.start()
    await vi.advanceTimersByTimeAsync(1_500)
    expect(entry('a')).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('keeps what a 401 stopped and sends it after the next sign-in', async () => {
    send.mockRejectedValueOnce(new Refusal(401, 'no_session'))
    const outbox = open(shelf())
    await outbox.add(made('c', { kind: 'check_in' }))
    expect(entry('c')?.state).toBe('waiting')
    accountId = null
    await outbox.replay(true)
    expect(send).toHaveBeenCalledTimes(1)
    accountId = 7
    send.mockResolvedValue({ id: 3 })
    await outbox.replay(true)
    expect(entry('c')?.state).toBe('delivered')
  })

  it('shows a 4xx and does not repeat it', async () => {
    send.mockRejectedValue(new Refusal(409, 'too_early', { opens_at: '2026-11-22T22:50:00Z' }))
    const outbox = open(shelf())
    await outbox.add(made('c', { kind: 'check_in' }))
    await outbox.replay(true)
    expect(send).toHaveBeenCalledTimes(1)
    expect(entry('c')).toMatchObject({ state: 'refused', refusal: { code: 'too_early' } })
  })

  it("never sends another account's check-in, but any alarm", async () => {
    const table = shelf()
    send.mockRejectedValue(new Unreachable('offline'))
    const first = open(table)
    await first.add(made('c', { kind: 'check_in' }))
    await first.add(made('a'))
    vi.clearAllTimers()
    send.mockReset().mockResolvedValue({})
    accountId = 8
    await open(table).start()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(send.mock.calls.map(([one]) => one.id)).toEqual(['a'])
  })

  it('does not let a check-out overtake its check-in', async () => {
    send.mockRejectedValue(new Unreachable('offline'))
    const outbox = open(shelf())
    await outbox.add(made('in', { kind: 'check_in' }))
    await vi.advanceTimersByTimeAsync(1)
    await outbox.add(made('out', { kind: 'check_out' }))
    send.mockReset().mockRejectedValue(new Unreachable('offline'))
    await outbox.replay(true)
    expect(send.mock.calls.map(([one]) => one.id)).toEqual(['in'])
  })

  it('has its own time and its own lock where it is told so: no check-in waits for a photo', async () => {
    const locks: string[] = []
    vi.stubGlobal('navigator', { locks: { request: (name: string, _how: unknown, run: (lock: object) => unknown) => (locks.push(name), run({})) } })
    const photos = new Outbox({ table: shelf(), send, accountId: () => accountId, onChange: () => {}, lock: 'photos', timeoutMs: 60_000 })
    const duties = open(shelf())
    send.mockRejectedValue(new Unreachable('offline'))
    await photos.add(made('a', { kind: 'picture' }))
    await photos.replay(true)
    await duties.add(made('b', { kind: 'check_in' }))
    await duties.replay(true)
    vi.unstubAllGlobals()
    expect(send.mock.calls.map(([one, timeoutMs]) => [one.id, timeoutMs])).toEqual([['a', 60_000], ['a', 60_000], ['b', 12_000], ['b', 12_000]])
    expect(locks).toEqual(['photos', 'huxue.outbox'])
  })

  it('stores on the disk that the browser has', async () => {
    vi.useRealTimers()
    const table = storedTable<Entry>('test', 'outbox')
    await table.put({ ...made('d'), createdAt: 1, attempts: 0, nextAt: 1, state: 'waiting', deliveredAt: null, answer: null, refusal: null })
    expect((await storedTable<Entry>('test', 'outbox').all()).map((one) => one.id)).toEqual(['d'])
    await table.remove('d')
    expect(await storedTable<Entry>('test', 'outbox').all()).toEqual([])
  })
})
