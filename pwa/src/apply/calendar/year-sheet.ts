/** Pure: how a year's sheet is laid out, what a day of it is, and which days lie between two. */
import type { SheetDay } from '@/lib/wire'

/** What a cell shows: a day off has a name or was set; `free` is a usual weekend. */
export type DayState = 'free' | 'half' | 'make_up' | 'off' | 'work'

/** What a cell says besides its number: a usual day says nothing. */
export type DayMark = Exclude<DayState, 'free' | 'work'>

const DAY_MS = 86_400_000
const FRIDAY = 5
const NUMBER_OF_MONTHS = 12

/** A day by its date text, in UTC: a date has no zone. */
const timeOf = (date: string): number => Date.parse(`${date}T00:00Z`)

/** 1 is Monday. */
export function weekdayOf(date: string): 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  return (new Date(timeOf(date)).getUTCDay() || 7) as 1 | 2 | 3 | 4 | 5 | 6 | 7
}

/** The date some days later (or earlier). */
const shifted = (date: string, days: number): string => new Date(timeOf(date) + days * DAY_MS).toISOString().slice(0, 10)

/** What a day is. */
export function stateOf(day: SheetDay): DayState {
  const isWeekend = weekdayOf(day.date) > FRIDAY
  if (!day.school_day) return isWeekend && !day.name && day.why === 'weekday' ? 'free' : 'off'
  if (day.peaks !== null) return 'half'
  return isWeekend ? 'make_up' : 'work'
}

/** The mark of a day that is out of the ordinary. */
export function markOf(state: DayState): DayMark | null {
  return state === 'free' || state === 'work' ? null : state
}

/** The weeks of each month, Monday first; `null` before its first and after its last day. */
export function monthsOf(days: readonly SheetDay[]): (SheetDay | null)[][][] {
  const months = Array.from({ length: NUMBER_OF_MONTHS }, (_, n) => days.filter((day) => Number(day.date.slice(5, 7)) === n + 1))
  return months.map((month) => {
    const first = month[0]
    if (!first) return []
    const cells: (SheetDay | null)[] = [...Array.from({ length: weekdayOf(first.date) - 1 }, () => null), ...month]
    while (cells.length % 7) cells.push(null)
    return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7))
  })
}

/** All days from one to another, whichever comes first. */
export function between(days: readonly SheetDay[], one: string, other: string): SheetDay[] {
  const [first, last] = one < other ? [one, other] : [other, one]
  return days.filter((day) => day.date >= first && day.date <= last)
}

/** Where a key leads from a date; `null` for a key that moves nothing. */
export function movedBy(key: string, date: string): string | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }
  const step = steps[key]
  if (step !== undefined) return shifted(date, step)
  if (key === 'Home') return shifted(date, 1 - weekdayOf(date))
  if (key === 'End') return shifted(date, 7 - weekdayOf(date))
  if (key !== 'PageUp' && key !== 'PageDown') return null
  const month = new Date(timeOf(date))
  const day = month.getUTCDate()
  month.setUTCDate(1)
  month.setUTCMonth(month.getUTCMonth() + (key === 'PageUp' ? -1 : 1))
  const last = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
  month.setUTCDate(Math.min(day, last))
  return month.toISOString().slice(0, 10)
}
