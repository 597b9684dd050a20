/** Pure: the looks of each day together, whichever page they came with. */
import type { LookDay } from '@/lib/wire'

/** The looks of a day. */
export interface DayOfLooks {
  day: string
  looks: LookDay[]
}

/** Group looks by day, in their order; a day that two pages share is one, and so is who looked in both. */
export function byDay(looks: readonly LookDay[]): DayOfLooks[] {
  const days = new Map<string, Map<string, LookDay>>()
  for (const one of looks) {
    const day = days.get(one.day) ?? new Map<string, LookDay>()
    days.set(one.day, day)
    const key = [one.act, one.role, one.place, one.as_of_today].join('\n')
    const known = day.get(key)
    day.set(key, known ? { ...known, times: known.times + one.times } : one)
  }
  return [...days].map(([day, of]) => ({ day, looks: [...of.values()] }))
}
