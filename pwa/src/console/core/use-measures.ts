/** Distances and times in words, in the district's time zone. */
import { clockSeconds, clockTime, DEFAULT_ZONE } from '@/lib/format'
import { session } from '@/state/people/session'
import { sayDistance } from '@/words/core/say'
import { clockOf } from './format'

/** Distances in words and times in the district's time zone. */
export function useMeasures(): {
  distance: (meters: number) => string
  clock: (at: string | number) => string
  clockSeconds: (at: string | number) => string
  span: (ms: number) => string
  zone: () => string
} {
  const zone = (): string => session.me?.district.time_zone ?? DEFAULT_ZONE
  return {
    distance: sayDistance,
    clock: (at) => clockTime(at, zone()),
    clockSeconds: (at) => clockSeconds(at, zone()),
    span: (ms) => clockOf(ms / 1000),
    zone,
  }
}
