/** The server's time as the page knows it: the phone's clock may be wrong, the verdict must not be. */
import { readonly, ref } from 'vue'

const TICK_MS = 1_000

let offsetMs = 0
const current = ref(Date.now())

/** Now in server time (ms), ticking each second; reactive. */
export const now = readonly(current)

/** Now in server time, exact to the call; not reactive. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

/** Set the clock by an answer of the server; half the way there and back is in its favour. */
export function setServerTime(iso: string): void {
  const server = Date.parse(iso)
  if (!Number.isNaN(server)) offsetMs = server - Date.now()
  current.value = serverNow()
}

setInterval(() => {
  current.value = serverNow()
}, TICK_MS)
