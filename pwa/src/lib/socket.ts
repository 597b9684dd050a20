/** Socket.IO as a source of news: WebSocket only; nothing is sent up but whether the page is in sight. */
import { io } from 'socket.io-client'
import type { Socket, SocketEvents } from './feed'
import type { Batch, Cursor } from './wire'

const RETRY_FIRST_MS = 1_000
const RETRY_MOST_MS = 15_000
const REFUSED_SPREAD_MS = 4_000

/** Open the socket; this file is loaded after the check-in page, with the library. */
export function openSocket(events: SocketEvents, saysHidden: boolean): Socket {
  let ended = false
  const hidden = (): boolean => saysHidden && document.visibilityState === 'hidden'
  const connection = io({
    path: '/socket.io',
    transports: ['websocket'],
    withCredentials: true,
    // Where the page stands: what it missed comes with the first word, without another request. A phone hears of its
    // post what changed.
    auth: (give) => give({ ...events.cursor(), hidden: hidden(), lines: saysHidden ? 'short' : 'whole' }),
    reconnectionDelay: RETRY_FIRST_MS,
    reconnectionDelayMax: RETRY_MOST_MS,
    randomizationFactor: 0.5,
  })
  connection.on('hello', (cursor: Cursor) => events.hello(cursor))
  connection.on('batch', (batch: Batch) => events.batch(batch))
  connection.on('heartbeat', (cursor: Cursor) => events.heartbeat(cursor))
  connection.on('connect_error', () => {
    // The library tries again by itself after a broken line, but not after a refusal: the server could not tell
    // whether we may come in. Every page hears that at once, so they come back spread out.
    if (!connection.active && !ended) {
      setTimeout(() => !ended && connection.connect(), RETRY_FIRST_MS + Math.random() * REFUSED_SPREAD_MS)
    }
  })
  connection.on('disconnect', (reason) => {
    events.closed()
    // The server's own disconnect (sign-out, restart) is not retried by the library.
    if (reason === 'io server disconnect' && !ended) setTimeout(() => connection.connect(), RETRY_FIRST_MS)
  })
  const say = (): void => void (connection.connected && connection.emit('hidden', hidden()))
  if (saysHidden) document.addEventListener('visibilitychange', say)
  return {
    reconnect() {
      connection.disconnect()
      if (!ended) connection.connect()
    },
    close() {
      ended = true
      document.removeEventListener('visibilitychange', say)
      connection.disconnect()
    },
  }
}
