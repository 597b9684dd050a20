import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Feed, type FeedStatus, type SocketEvents } from '@/lib/feed'
import { Refusal, Unreachable } from '@/lib/http'
import { lastOf } from '@/lib/last'
import type { Batch, Cursor, FeedEvent } from '@/lib/wire'
import { line } from '../tools/make'

const event = (id: number): FeedEvent => ({ id, name: 'coverage.changed', data: line(1, id) })
const batch = (prev: number, last: number, epoch = 'a'): Batch => ({ epoch, prev, last, events: [event(last)] })

/** Stands in for the socket and the two fetches: the transport's edges only. */
class Server {
  events!: SocketEvents
  cursor: Cursor = { epoch: 'a', last: 10 }
  applied: number[] = []
  statuses: FeedStatus[] = []
  fetchAll = vi.fn(async () => this.cursor)
  fetchAfter = vi.fn(async (cursor: Cursor): Promise<Batch> => ({ ...batch(cursor.last, this.cursor.last), events: [] }))
  reconnect = vi.fn()
  feed = new Feed({
    fetchAll: this.fetchAll,
    fetchAfter: this.fetchAfter,
    apply: (events) => this.applied.push(...events.map((one) => one.id)),
    openSocket: (events) => {
      this.events = events
      return { reconnect: this.reconnect, close: () => undefined }
    },
    onStatus: (status) => this.statuses.push(status),
    heartbeatTimeoutMs: () => 7_500,
    pollIntervalMs: () => 2_000,
    random: () => 0.5,
  })

  get status(): FeedStatus {
    return lastOf(this.statuses)!
  }

  async live(): Promise<void> {
    this.feed.start()
    await vi.advanceTimersByTimeAsync(0)
    this.events.hello(this.cursor)
  }
}

let server: Server

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
})
afterEach(() => {
  server.feed.stop()
  vi.useRealTimers()
})

describe('feed', () => {
  it('applies batches that follow its cursor, without asking', async () => {
    await server.live()
    server.events.batch(batch(10, 11))
    server.events.batch(batch(11, 12))
    expect(server.applied).toEqual([11, 12])
    expect(server.fetchAfter).not.toHaveBeenCalled()
    expect(server.status.mode).toBe('live')
  })

  it('fills a gap from its own cursor, with jitter, and shows at once what came', async () => {
    await server.live()
    server.cursor = { epoch: 'a', last: 15 }
    server.events.batch(batch(14, 15))
    expect(server.applied).toEqual([15])
    expect(server.fetchAfter).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(800)
    expect(server.fetchAfter).toHaveBeenCalledWith({ epoch: 'a', last: 10 })
    server.events.batch(batch(15, 16))
    expect(server.fetchAfter).toHaveBeenCalledTimes(1)
  })

  it('catches up when a heartbeat knows more', async () => {
    await server.live()
    server.events.heartbeat({ epoch: 'a', last: 13 })
    await vi.advanceTimersByTimeAsync(800)
    expect(server.fetchAfter).toHaveBeenCalledTimes(1)
  })

  it('fetches everything for another epoch or a cursor too old', async () => {
    await server.live()
    server.fetchAfter.mockRejectedValueOnce(new Refusal(410, 'epoch_changed'))
    server.cursor = { epoch: 'b', last: 2 }
    server.events.hello({ epoch: 'b', last: 2 })
    await vi.advanceTimersByTimeAsync(800)
    expect(server.fetchAll).toHaveBeenCalledTimes(2)
    server.events.batch(batch(2, 3, 'b'))
    expect(server.applied).toEqual([3])
  })

  it('fetches everything when the server was set back, and says since when the screen was wrong', async () => {
    await server.live()
    server.events.batch(batch(10, 14))
    const agreedAt = server.status.heardAt
    await vi.advanceTimersByTimeAsync(3_000)
    server.fetchAfter.mockRejectedValueOnce(new Refusal(410, 'cursor_too_old', { undone: true }))
    server.cursor = { epoch: 'a', last: 12 }
    server.events.heartbeat(server.cursor)
    expect(server.status.heardAt).toBe(agreedAt)
    await vi.advanceTimersByTimeAsync(800)
    expect(server.fetchAll).toHaveBeenCalledTimes(2)
    expect(server.status).toMatchObject({ staleSince: null, rolledBackSince: agreedAt })
    server.events.batch(batch(12, 13))
    expect(server.applied).toEqual([14, 13])
    expect(server.status.rolledBackSince).toBe(agreedAt)
    server.feed.acknowledgeRollback()
    expect(server.status.rolledBackSince).toBeNull()
  })

  it('takes a worker that lags for what it is', async () => {
    await server.live()
    server.events.batch(batch(10, 14))
    server.fetchAfter.mockResolvedValueOnce({ ...batch(14, 14), events: [] })
    server.events.heartbeat({ epoch: 'a', last: 13 })
    await vi.advanceTimersByTimeAsync(800)
    expect(server.fetchAll).toHaveBeenCalledTimes(1)
    expect(server.status).toMatchObject({ staleSince: null, rolledBackSince: null })
  })

  it('goes stale when no heartbeat comes and the server does not answer, then heals', async () => {
    await server.live()
    const rightAt = server.status.heardAt
    server.fetchAfter.mockRejectedValue(new Unreachable('offline'))
    await vi.advanceTimersByTimeAsync(9_000)
    expect(server.status.staleSince).toBe(rightAt)
    expect(server.reconnect).toHaveBeenCalled()
    server.fetchAfter.mockResolvedValue({ ...batch(10, 10), events: [] })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.status.staleSince).toBeNull()
  })

  it('opens a new line after half a minute on one that was opened and says nothing', async () => {
    server.feed.start()
    await vi.advanceTimersByTimeAsync(34_000)
    expect(server.status.mode).toBe('polling')
    expect(server.reconnect).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.reconnect).toHaveBeenCalledTimes(1)
    // The next ones do not come all at once.
    await vi.advanceTimersByTimeAsync(30_000)
    expect(server.reconnect).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(server.reconnect).toHaveBeenCalledTimes(2)
    server.events.hello(server.cursor)
    for (let beats = 0; beats < 30; beats += 1) {
      await vi.advanceTimersByTimeAsync(3_000)
      server.events.heartbeat(server.cursor)
    }
    expect(server.reconnect).toHaveBeenCalledTimes(2)
    expect(server.status.mode).toBe('live')
  })

  it('polls where sockets are blocked, and stops once one opens', async () => {
    server.feed.start()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(server.status.mode).toBe('polling')
    expect(server.fetchAfter.mock.calls.length).toBeGreaterThanOrEqual(2)
    server.events.hello(server.cursor)
    const asked = server.fetchAfter.mock.calls.length
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.fetchAfter.mock.calls.length).toBe(asked)
  })
})
