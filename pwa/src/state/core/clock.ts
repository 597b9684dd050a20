/** The server's time, ticking: the verdict must be right whatever the phone's clock says. */
import { readonly, ref } from 'vue'
import * as time from '@/lib/server-time'

export { atServer, serverNow } from '@/lib/server-time'

const TICK_MS = 1_000

const current = ref(Date.now())

/** Now in server time (ms), ticking each second; reactive. */
export const now = readonly(current)

/** Set the clock by an answer of the server to what was asked at a moment of the phone's clock (ms). */
export function setServerTime(iso: string, askedAt: number): void {
  time.setServerTime(iso, askedAt)
  current.value = time.serverNow()
}

setInterval(() => {
  current.value = time.serverNow()
}, TICK_MS)
