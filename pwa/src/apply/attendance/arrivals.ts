/** Pure: bands of arrivals around the start of a peak, in words, and the rows of each. */
import type { AttendanceArrivals, PeakRowsWanted } from '@/lib/wire'

export type Band = AttendanceArrivals['bands'][number]

type Words = [key: 'console.attendance.arrivals.earlier' | 'console.attendance.arrivals.before' | 'console.attendance.arrivals.after' | 'console.attendance.arrivals.later', facts: Record<string, number>]

/** What a band is called: both ends in minutes before the start, or after it. */
export function bandWords({ since, until }: Band): Words {
  if (since === null) return ['console.attendance.arrivals.earlier', { n: Math.abs(until ?? 0) }]
  if (until === null) return ['console.attendance.arrivals.later', { n: since }]
  return until <= 0 ? ['console.attendance.arrivals.before', { n: -since, m: Math.abs(until) }] : ['console.attendance.arrivals.after', { n: since, m: until }]
}

/** The peaks at which somebody came in a band, by its place. */
export const arrivedOf = (place: number): PeakRowsWanted => `arrived_${place}` as PeakRowsWanted

/** The place of the band that rows are of; null for others. */
export function bandOf(rows: string | null): number | null {
  const found = /^arrived_(\d)$/.exec(rows ?? '')
  return found ? Number(found[1]) : null
}

/** A band by its place: five minutes each, the first one open to before and the last one to after. */
export function bandAt(place: number): Pick<Band, 'since' | 'until'> {
  const FIRST = -20
  const LAST = 9
  return { since: place === 0 ? null : FIRST + 5 * (place - 1), until: place === LAST ? null : FIRST + 5 * place }
}
