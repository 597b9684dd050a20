/**
 * Where the phone is: for a check-in, again while its post is on the screen; every 30 s while on duty, or as seldom as
 * the server asks for it; and once for an alarm from no known place. Never otherwise.
 */
import { atServer, serverNow } from './server-time'
import type { Fix } from './wire'

export type PositionState = 'off' | 'seeking' | 'found' | 'refused' | 'unavailable' | 'not_agreed'

export interface PositionAnswer {
  state: PositionState
  fix: Fix | null
}

const LOCATE_TIMEOUT_MS = 8_000
const LOCATE_AGE_MS = 10_000
const UNASKED_MS = 1_000
const KEEP_FIXES = 20

const DAY_MS = 86_400_000
/** Some phones count from 2001, some receivers fall back by 1,024 weeks. */
const WRONG_EPOCHS_MS = [11_323 * DAY_MS, 7_168 * DAY_MS]

/** The moment of a position, set right where a known mistake explains it; one that no date can hold is 1970. */
function momentOf(timestamp: number): string {
  const at = atServer(timestamp)
  const meant = [at, ...WRONG_EPOCHS_MS.map((off) => at + off)].find((one) => Math.abs(serverNow() - one) < DAY_MS)
  const known = meant ?? at
  return new Date(Math.abs(known) < 8e15 ? known : 0).toISOString()
}

export function fixOf(position: GeolocationPosition): Fix {
  return {
    latitude: position.coords.latitude,
    longitude: position.coords.longitude,
    accuracy_m: position.coords.accuracy,
    at: momentOf(position.timestamp),
  }
}

function stateOf(error: GeolocationPositionError): PositionState {
  return error.code === error.PERMISSION_DENIED ? 'refused' : 'unavailable'
}

/** Tell whether this page may ask for positions at all: browsers give them to secure pages only. */
function canLocate(): boolean {
  return typeof navigator !== 'undefined' && 'geolocation' in navigator && isSecureContext
}

/** Tell, within a second, whether the phone gives positions without asking its owner; no where it cannot say. */
export async function locatesUnasked(): Promise<boolean> {
  try {
    const known = navigator.permissions.query({ name: 'geolocation' }).then((permission) => permission.state === 'granted')
    // An alarm waits for the answer.
    return await Promise.race([known, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), UNASKED_MS))])
  } catch {
    // Older browsers have no such question.
    return false
  }
}

/** Ask for one position; answers in 8 s at most and never throws. */
export function locate(timeoutMs: number = LOCATE_TIMEOUT_MS): Promise<PositionAnswer> {
  if (!canLocate()) return Promise.resolve({ state: 'unavailable', fix: null })
  return new Promise((resolve) => {
    // Some phones never call back while the question is open.
    const patience = setTimeout(() => resolve({ state: 'unavailable', fix: null }), timeoutMs + 1_000)
    const answer = (value: PositionAnswer): void => {
      clearTimeout(patience)
      resolve(value)
    }
    navigator.geolocation.getCurrentPosition(
      (position) => answer({ state: 'found', fix: fixOf(position) }),
      (error) => answer({ state: stateOf(error), fix: null }),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: LOCATE_AGE_MS },
    )
  })
}

export interface SharingOptions {
  intervalMs: number
  /** Send; answers after how long to send again, where the server says so. */
  send(fixes: Fix[]): Promise<number | undefined>
  onFix(fix: Fix): void
  onState(state: PositionState): void
}

/** Watch and send while a duty lasts; returns what ends it. Unsent positions are kept, the latest 20. */
export function sharePosition(options: SharingOptions): () => void {
  if (!canLocate()) {
    options.onState('unavailable')
    return () => undefined
  }
  let latest: Fix | null = null
  let unsent: Fix[] = []
  let sentAt = ''
  let { intervalMs } = options
  options.onState('seeking')
  const watch = navigator.geolocation.watchPosition(
    (position) => {
      const first = latest === null
      latest = fixOf(position)
      options.onState('found')
      options.onFix(latest)
      if (first) void flush()
    },
    (error) => options.onState(stateOf(error)),
    { enableHighAccuracy: true, maximumAge: LOCATE_AGE_MS },
  )
  async function flush(): Promise<void> {
    if (latest && latest.at !== sentAt) {
      sentAt = latest.at
      unsent = [...unsent, latest].slice(-KEEP_FIXES)
    }
    if (unsent.length === 0) return
    const batch = unsent
    unsent = []
    try {
      intervalMs = (await options.send(batch)) ?? intervalMs
    } catch {
      unsent = [...batch, ...unsent].slice(-KEEP_FIXES)
    }
  }
  let timer: ReturnType<typeof setTimeout>
  const later = (): void => {
    timer = setTimeout(() => {
      later()
      void flush()
    }, intervalMs)
  }
  later()
  return () => {
    clearTimeout(timer)
    navigator.geolocation.clearWatch(watch)
    options.onState('off')
  }
}
