/** The server's time as the page knows it: the phone's clock may be wrong, what is said and written must not be. */
import { ref } from 'vue'

const offsetMs = ref(0)

/** Now in server time (ms), exact to the call. */
export const serverNow = (): number => atServer(Date.now())

/** A moment of the phone's own clock (ms) in server time; reactive to a better knowledge of the clock. */
export const atServer = (phoneMs: number): number => phoneMs + offsetMs.value

/** Set the clock by an answer of the server to what was asked at a moment of the phone's clock (ms). */
export function setServerTime(iso: string, askedAt: number = Date.now()): void {
  const server = Date.parse(iso)
  if (Number.isNaN(server)) return
  // It was written between the question and now: a clock that agrees with that is right, however long the answer took.
  offsetMs.value = server - Math.min(Math.max(server, askedAt), Date.now())
}
