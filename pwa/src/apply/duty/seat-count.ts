/** The one count of a post: heads that fill a seat, of the seats asked for; whoever is beyond them stands apart. */
import { GROUPS, type Group, type PostCoverage } from '@/lib/wire'

export type CountedHeads = Pick<PostCoverage, 'present' | 'required' | 'waiting'>

export interface SeatCount {
  /** Verified heads that fill a seat: too many of one group stand in for no other. */
  filled: number
  seats: number
  missing: number
  /** Verified heads beyond the seats of their group. */
  extra: number
  waiting: number
}

/** Count a post's seats, or those of some groups of it. */
export function countSeats(line: CountedHeads | null | undefined, groups: readonly Group[] = GROUPS): SeatCount {
  const count = { filled: 0, seats: 0, missing: 0, extra: 0, waiting: 0 }
  if (!line) return count
  for (const group of groups) {
    const [here, seats] = [line.present[group], line.required[group]]
    count.filled += Math.min(here, seats)
    count.seats += seats
    count.missing += Math.max(0, seats - here)
    count.extra += Math.max(0, here - seats)
    count.waiting += line.waiting[group]
  }
  return count
}

/** "6/7", the same on every page. */
export const figureOf = ({ filled, seats }: Pick<SeatCount, 'filled' | 'seats'>): string => `${filled}/${seats}`
