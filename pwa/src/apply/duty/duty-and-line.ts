/** Pure: a duty beside the line of its post: whether the line counts for it, and what it says without it. */
import type { CheckIn } from '@/lib/wire'
import type { CountedHeads } from './seat-count'

type ShiftKey = { peak: string | null; date: string | null }

/** Whether a line counts for the shift of a duty: a duty outlasts its shift, and holds no seat of the next one. */
export const isOfShift = (line: ShiftKey, shift: ShiftKey): boolean => line.peak === shift.peak && line.date === shift.date

/** A post's heads without somebody on duty there. */
export function withoutOne(line: CountedHeads & ShiftKey, one: Pick<CheckIn, 'group' | 'verified' | 'shift'>): CountedHeads {
  if (!isOfShift(line, one.shift)) return line
  const heads = one.verified ? 'present' : 'waiting'
  return { ...line, [heads]: { ...line[heads], [one.group]: Math.max(0, line[heads][one.group] - 1) } }
}
