/** Which schools are the worst, and which got better. */
import { describe, expect, it } from 'vitest'
import { improved, movements, worst } from '@/apply/attendance/movement'
import type { AttendanceWeeks } from '@/lib/wire'

const week = (covered: number, required = 100): AttendanceWeeks['weekdays'][number] => ({ covered, required })
const weeks = (schools: Record<number, [number, number][]>): AttendanceWeeks => ({
  mondays: ['2026-09-07', '2026-09-14', '2026-09-21', '2026-09-28'],
  schools: Object.entries(schools).map(([id, own]) => ({ school_id: Number(id), weeks: own.map(([n, of]) => week(n, of)) })),
  weekdays: [],
})

describe('movements of schools', () => {
  it('compare the second half of the weeks with the first', () => {
    const [one] = movements(weeks({ 1: [[50, 100], [70, 100], [90, 100], [100, 100]] }))
    expect(one).toMatchObject({ id: 1, all: week(310, 400), first: week(120, 200), second: week(190, 200), change: 350 })
  })

  it('say nothing of a half in which nobody was required', () => {
    const [one] = movements(weeks({ 1: [[0, 0], [0, 0], [90, 100], [100, 100]] }))
    expect(one!.change).toBeNull()
  })

  it('name the worst first, and none that missed nothing', () => {
    const all = movements(weeks({ 1: [[100, 100]], 2: [[80, 100]], 3: [[20, 100]] }))
    expect(worst(all, 5).map((one) => one.id)).toEqual([3, 2])
    expect(worst(all, 1).map((one) => one.id)).toEqual([3])
  })

  it('name who got better most, and nobody who did not', () => {
    const all = movements(weeks({ 1: [[50, 100], [50, 100], [90, 100], [90, 100]], 2: [[90, 100], [90, 100], [50, 100], [50, 100]], 3: [[50, 100], [50, 100], [60, 100], [60, 100]] }))
    expect(improved(all, 5).map((one) => one.id)).toEqual([1, 3])
  })
})
