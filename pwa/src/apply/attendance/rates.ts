/** Pure: rates of attendance figures, and which rows each is made of. */
import type { AttendanceFigures, PeakRowsWanted } from '@/lib/wire'

export interface Rate {
  n: number
  of: number
}

export type RateName = 'coverage' | 'filled' | 'onTime' | 'absent' | 'waiting'

/** Both numbers of each rate: never one without the other. */
export function ratesOf(figures: AttendanceFigures): Record<RateName, Rate> {
  return {
    coverage: { n: figures.covered_minutes, of: figures.required_minutes },
    filled: { n: figures.filled, of: figures.required },
    onTime: { n: figures.present - figures.late, of: figures.present },
    absent: { n: figures.absent, of: figures.planned },
    waiting: { n: figures.waiting, of: figures.present + figures.waiting },
  }
}

/** The peaks that a figure is about. */
export const ROWS_OF: Record<RateName | 'late' | 'missing', PeakRowsWanted> = {
  coverage: 'not_covered',
  filled: 'not_filled',
  missing: 'not_filled',
  onTime: 'late',
  late: 'late',
  waiting: 'waiting',
  absent: 'absent',
}

/** The step of the heat map that a percentage has, the best first. */
export function heatOf(percent: number): number {
  const FLOORS = [95, 90, 80, 70, 55]
  const step = FLOORS.findIndex((floor) => percent >= floor)
  return step < 0 ? FLOORS.length : step
}

/** `91.4` of a rate, in tenths of a percent, rounded down: 100 is reached by all alone. Null of nothing. */
export function percentOf({ n, of }: Rate): number | null {
  return of > 0 ? Math.floor((n * 1000) / of) / 10 : null
}

/** Minutes as hours, in tenths as the file has them. */
export const hoursOf = (minutes: number): number => Math.round(minutes / 6) / 10

/** The first and the last day of a month `2026-11`. */
export function daysOfMonth(month: string): [string, string] {
  const [year, number] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year ?? 0, number ?? 1, 0)).getUTCDate()
  return [`${month}-01`, `${month}-${String(last).padStart(2, '0')}`]
}

/** The month that some days are, if they are one whole month; else nothing. */
export function monthOf(since: string, until: string): string {
  const month = since.slice(0, 7)
  const [first, last] = daysOfMonth(month)
  return since === first && until === last ? month : ''
}
