/** Pure: which schools are the worst, and which got better or worse, by their weeks. */
import type { AttendanceWeeks, Id } from '@/lib/wire'

type Minutes = AttendanceWeeks['weekdays'][number]

/** A school's share of covered minutes in tenths of a percent, in all and in the first and second half of the weeks. */
export interface Movement {
  id: Id
  all: Minutes
  first: Minutes
  second: Minutes
  /** How many tenths of a percent it got better; negative: worse. Null where a half has nothing required. */
  change: number | null
}

const sum = (parts: readonly Minutes[]): Minutes => ({ covered: parts.reduce((all, one) => all + one.covered, 0), required: parts.reduce((all, one) => all + one.required, 0) })
export const tenths = ({ covered, required }: Minutes): number | null => (required > 0 ? Math.floor((covered * 1000) / required) : null)

export function movements(weeks: AttendanceWeeks): Movement[] {
  const half = Math.ceil(weeks.mondays.length / 2)
  return weeks.schools.map(({ school_id, weeks: own }) => {
    const [first, second] = [sum(own.slice(0, half)), sum(own.slice(half))]
    const [before, after] = [tenths(first), tenths(second)]
    return { id: school_id, all: sum(own), first, second, change: before === null || after === null ? null : after - before }
  })
}

/** The schools with the smallest share, the worst first; those that missed nothing are none. */
export const worst = (all: readonly Movement[], most: number): Movement[] =>
  all.filter((one) => (tenths(one.all) ?? 1000) < 1000).sort((a, b) => (tenths(a.all) ?? 0) - (tenths(b.all) ?? 0) || a.id - b.id).slice(0, most)

/** The schools that got better most, the best first. */
export const improved = (all: readonly Movement[], most: number): Movement[] =>
  all.filter((one) => (one.change ?? 0) > 0).sort((a, b) => (b.change ?? 0) - (a.change ?? 0) || a.id - b.id).slice(0, most)
