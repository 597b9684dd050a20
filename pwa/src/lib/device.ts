/** A name for this phone's browser, made once: it tells a shared phone from an own one. */
import { newRequestId } from './http'

const STORE_KEY = 'huxue.device'

let made: string | null = null

export function deviceId(): string {
  try {
    made ??= localStorage.getItem(STORE_KEY)
    made ??= newRequestId()
    localStorage.setItem(STORE_KEY, made)
  } catch {
    // Without storage the name lasts as long as the page.
    made ??= newRequestId()
  }
  return made
}
