/** My months of service, added up by year. */
import type { OwnMonth } from '@/lib/wire'

export interface YearOfService {
  year: string
  /** The newest first. */
  months: OwnMonth[]
  minutes: number
  /** Verified duties, on time and late. */
  duties: number
}

/** Group months, the newest first, by their years; a month in which nothing was done or missed is left out. */
export function byYear(months: readonly OwnMonth[]): YearOfService[] {
  const years = new Map<string, YearOfService>()
  for (const one of months) {
    if (one.minutes + one.on_time + one.late + one.unverified + one.no_shows === 0) continue
    const year = one.month.slice(0, 4)
    const found = years.get(year) ?? { year, months: [], minutes: 0, duties: 0 }
    found.months.push(one)
    found.minutes += one.minutes
    found.duties += one.on_time + one.late
    years.set(year, found)
  }
  return [...years.values()]
}

/** Divide minutes into whole hours and the minutes beyond them. */
export function hoursMinutes(minutes: number): { hours: number; minutes: number } {
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
}
