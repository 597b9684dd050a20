/**
 * One cursor through the server's news: batches from the socket, gaps filled over HTTP.
 *
 * The feed knows nothing of what the events mean. It says when the screen is stale, and since when.
 */
import { Refusal } from './http'
import type { Batch, Cursor, FeedEvent } from './wire'

export type FeedMode = 'off' | 'connecting' | 'live' | 'polling'

export interface FeedStatus {
  mode: FeedMode
  /** Time of the last word from the server (ms), null before the first. */
  heardAt: number | null
  /** Set while what is on the screen may be out of date: the time it was last right. */
  staleSince: number | null
  /** Since when the screen showed what a server that was set back no longer knew; kept until it has been read. */
  rolledBackSince: number | null
}

/** What the socket tells; `lib/socket.ts` makes it from Socket.IO. */
export interface SocketEvents {
  /** Where the page stands, told when it connects; null before the first fetch. */
  cursor(): Cursor | null
  hello(cursor: Cursor): void
  batch(batch: Batch): void
  heartbeat(cursor: Cursor): void
  closed(): void
}

export interface Socket {
  /** Drop the connection and make a new one: an offline socket never says that it is. */
  reconnect(): void
  close(): void
}

export interface FeedOptions {
  /** Fetch the whole state and return the cursor that it stands for. */
  fetchAll(): Promise<Cursor>
  /** Fetch the events after a cursor; refuses with 410 when only a full fetch helps. */
  fetchAfter(cursor: Cursor): Promise<Batch>
  apply(events: FeedEvent[]): void
  openSocket(events: SocketEvents): Socket
  onStatus(status: FeedStatus): void
  /** How long silence may last before it counts as a lost line. */
  heartbeatTimeoutMs(): number
  /** How often to poll; `blocked` where no socket has ever opened, so that polling is all there is. */
  pollIntervalMs(blocked: boolean): number
  random?: () => number
  now?: () => number
}

const TICK_MS = 500
const SOCKET_PATIENCE_MS = 4_000
const JITTER_MS = 1_500
const RETRY_MS = 3_000
const RETRY_MOST_MS = 15_000
/** A line that was opened and then says nothing hangs for ever, and the library waits with it. */
const SILENT_LINE_MS = 30_000

export class Feed {
  private cursor: Cursor | null = null
  private status: FeedStatus = { mode: 'off', heardAt: null, staleSince: null, rolledBackSince: null }
  private socket: Socket | null = null
  private ticker: ReturnType<typeof setInterval> | null = null
  private fetching: Promise<void> | null = null
  private again = false
  private connectingSince = 0
  private pollingSince = 0
  private askedAt = 0
  private failedAt = 0
  private failures = 0
  private wasLive = false
  private retryMs = RETRY_MS
  private patienceMs = SOCKET_PATIENCE_MS

  constructor(private readonly options: FeedOptions) {}

  private now(): number {
    return this.options.now ? this.options.now() : Date.now()
  }

  private random(): number {
    return (this.options.random ?? Math.random)()
  }

  /** Fetch everything, open the socket and stay up to date until `stop`. */
  start(): void {
    if (this.ticker) return
    this.connectingSince = this.now()
    this.show({ mode: 'connecting' })
    this.ticker = setInterval(() => this.tick(), TICK_MS)
    this.socket = this.options.openSocket({
      cursor: () => this.cursor,
      hello: (cursor) => this.hello(cursor),
      batch: (batch) => this.batch(batch),
      heartbeat: (cursor) => this.heartbeat(cursor),
      closed: () => this.closed(),
    })
    void this.catchUp()
  }

  stop(): void {
    if (this.ticker) clearInterval(this.ticker)
    this.ticker = null
    this.socket?.close()
    this.socket = null
    this.cursor = null
    this.show({ mode: 'off', staleSince: null, heardAt: null, rolledBackSince: null })
  }

  /** Ask at once, for example when the page comes back from the background. */
  wake(): void {
    if (this.ticker) void this.catchUp()
  }

  private hello(cursor: Cursor): void {
    this.wasLive = true
    this.show({ mode: 'live' })
    this.compare(cursor)
  }

  private heartbeat(cursor: Cursor): void {
    if (this.status.mode !== 'live') this.show({ mode: 'live' })
    this.compare(cursor)
  }

  /** The notice of a server that was set back has been read. */
  acknowledgeRollback(): void {
    this.show({ rolledBackSince: null })
  }

  private compare(server: Cursor): void {
    if (this.cursor && server.epoch === this.cursor.epoch && server.last < this.cursor.last) {
      // A machine that was set back, or a worker that lags: whether the cursor still holds, the log itself says.
      void this.catchUp(true)
    } else if (!this.cursor || server.epoch !== this.cursor.epoch || server.last > this.cursor.last) {
      void this.catchUp(true)
    } else {
      this.heard()
    }
  }

  private batch(batch: Batch): void {
    if (!this.cursor || batch.epoch !== this.cursor.epoch || batch.prev > this.cursor.last) {
      // Show what came all the same: events carry whole states with versions, an alarm cannot wait.
      if (batch.epoch === this.cursor?.epoch) this.options.apply(batch.events)
      void this.catchUp(true)
      return
    }
    this.take(batch)
  }

  private take(batch: Batch): void {
    if (this.cursor && batch.last > this.cursor.last) this.cursor = { epoch: batch.epoch, last: batch.last }
    if (batch.events.length) this.options.apply(batch.events)
    this.heard()
  }

  private closed(): void {
    this.connectingSince = this.now()
    // When a server ends, all its pages lose their sockets at once: they must not all ask at once, too.
    this.patienceMs = SOCKET_PATIENCE_MS + this.random() * this.options.pollIntervalMs(!this.wasLive)
    this.show({ mode: 'connecting' })
  }

  private heard(): void {
    this.failures = 0
    this.show({ heardAt: this.now(), staleSince: null })
  }

  private show(change: Partial<FeedStatus>): void {
    this.status = { ...this.status, ...change }
    this.options.onStatus(this.status)
  }

  private tick(): void {
    const now = this.now()
    const silentMs = now - (this.status.heardAt ?? this.connectingSince)
    if (this.status.mode === 'live' && silentMs > this.options.heartbeatTimeoutMs()) {
      this.goStale()
      this.closed()
      this.socket?.reconnect()
      void this.catchUp()
    }
    if (this.status.mode === 'connecting' && now - this.connectingSince > this.patienceMs) {
      this.show({ mode: 'polling' })
      this.pollingSince = now
    }
    if (this.status.mode === 'polling' && now - this.pollingSince > SILENT_LINE_MS) {
      // Not all at once: they may have been let down together.
      this.pollingSince = now + this.random() * RETRY_MOST_MS
      this.socket?.reconnect()
    }
    const poll = this.options.pollIntervalMs(!this.wasLive)
    const pause = this.failedAt > this.askedAt ? Math.max(this.retryMs, poll) : poll
    const mustAsk = this.status.mode === 'polling' || !this.cursor || this.status.staleSince !== null
    if (mustAsk && !this.fetching && now - Math.max(this.askedAt, this.failedAt) >= pause) void this.catchUp()
  }

  private goStale(): void {
    if (this.status.staleSince === null) this.show({ staleSince: this.status.heardAt ?? this.now() })
  }

  /** Fill the gap, one fetch at a time; with `jitter`, spread over a moment so that a herd does not ask at once. */
  private catchUp(jitter = false): Promise<void> {
    if (this.fetching) {
      this.again = true
      return this.fetching
    }
    this.fetching = this.fetchOnce(jitter).finally(() => {
      this.fetching = null
      if (this.again && this.ticker) {
        this.again = false
        void this.catchUp()
      }
    })
    return this.fetching
  }

  private async fetchOnce(jitter: boolean): Promise<void> {
    if (jitter && this.cursor) await pause(this.random() * JITTER_MS)
    if (!this.ticker) return
    this.askedAt = this.now()
    try {
      if (this.cursor) this.take(await this.options.fetchAfter(this.cursor))
      else await this.fetchWhole()
    } catch (error) {
      if (error instanceof Refusal && error.status === 410) {
        this.cursor = null
        if (error.facts.undone) this.show({ rolledBackSince: this.status.heardAt ?? this.now() })
        await this.fetchWhole().catch(() => this.failed())
      } else {
        this.failed()
      }
    }
  }

  private async fetchWhole(): Promise<void> {
    const cursor = await this.options.fetchAll()
    if (!this.ticker) return
    this.cursor = cursor
    this.heard()
  }

  private failed(): void {
    if (!this.ticker) return
    this.failedAt = this.now() + 1
    // A server that cannot answer is left in peace, the longer the more often it could not.
    this.retryMs = Math.min(RETRY_MS * 2 ** this.failures, RETRY_MOST_MS) * (1 + this.random() / 2)
    this.failures += 1
    this.again = false
    this.goStale()
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
