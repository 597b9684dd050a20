/** The one feed of this page and what the screen says about it. */
import { reactive, readonly } from 'vue'
import { Feed, type FeedOptions, type FeedStatus, type Socket, type SocketEvents } from '@/lib/feed'
import { get } from '@/lib/http'
import type { Batch } from '@/lib/wire'

const status = reactive<FeedStatus>({ mode: 'off', heardAt: null, staleSince: null, rolledBackSince: null })

/** `staleSince` (ms) is set while what is shown may be out of date. */
export const feedStatus = readonly(status)

type FaceFeed = Pick<FeedOptions, 'fetchAll' | 'apply' | 'heartbeatTimeoutMs' | 'pollIntervalMs'> & {
  /** A phone that is locked reaches nobody, and its page says so; a desk is heard from behind another window too. */
  saysHidden: boolean
}

let feed: Feed | null = null

/** A socket whose code is loaded only now; where it could not be, the feed polls, and it is loaded with the next line. */
function laterSocket(events: SocketEvents, saysHidden: boolean): Socket {
  let socket: Socket | undefined
  let ended = false
  function load(): void {
    import('@/lib/socket')
      .then(({ openSocket }) => {
        if (!ended) socket ??= openSocket(events, saysHidden)
      })
      .catch(() => undefined)
  }
  load()
  return {
    reconnect: () => (socket ? socket.reconnect() : load()),
    close() {
      ended = true
      socket?.close()
    },
  }
}

/** Start the feed of this face; a second start ends the first. */
export function startFeed(wanted: FaceFeed): void {
  stopFeed()
  feed = new Feed({
    ...wanted,
    openSocket: (events) => laterSocket(events, wanted.saysHidden),
    fetchAfter: (cursor) =>
      get<Batch>('/api/events', { query: { after: cursor.last, epoch: cursor.epoch, lines: wanted.saysHidden ? 'short' : null } }),
    onStatus: (next) => Object.assign(status, next),
  })
  feed.start()
}

/** Somebody has read that the server was set back. */
export function acknowledgeRollback(): void {
  feed?.acknowledgeRollback()
}

export function stopFeed(): void {
  feed?.stop()
  feed = null
}

function wake(): void {
  if (document.visibilityState === 'visible') feed?.wake()
}

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
}
