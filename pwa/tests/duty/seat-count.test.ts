/** What a post keeps when one of its people goes: whoever stands there, no count is below nobody, and nobody is lost. */
import { describe, expect, it } from 'vitest'
import { withoutOne } from '@/apply/duty/duty-and-line'
import { countSeats } from '@/apply/duty/seat-count'
import { GROUPS, type Group } from '@/lib/wire'
import { line, shift } from '../tools/make'

type Heads = Record<Group, number>

/** Numbers that look random and are the same each time. */
function* numbers(): Generator<number, never> {
  let state = 7
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    yield state / 2 ** 31
  }
}

const random = numbers()
const upTo = (most: number): number => Math.floor(random.next().value * (most + 1))
const heads = (most: number): Heads => ({ staff: upTo(most), security: upTo(most), volunteer: upTo(most), police: upTo(most) })
const others = [{ ...shift }, { ...shift, peak: 'morning_dismissal' as const }, { ...shift, date: '2026-11-24' }]

describe('a post without one of its people', () => {
  it.each(Array.from({ length: 200 }, (_one, number) => number))('keeps no less than nobody (%i)', () => {
    const post = line(1, 1, { present: heads(3), waiting: heads(3), required: heads(3), peak: [shift.peak, null][upTo(1)] ?? null })
    const one = { group: GROUPS[upTo(3)] ?? 'staff', verified: upTo(1) === 1, shift: others[upTo(2)] ?? shift }
    const [before, after] = [countSeats(post), countSeats(withoutOne(post, one))]
    for (const count of [before, after]) {
      expect(Object.values(count).every((value) => value >= 0)).toBe(true)
      expect(count.filled + count.missing).toBe(count.seats)
    }
    const holdsSeat = one.shift.peak === post.peak && one.shift.date === post.date
    const there = post[one.verified ? 'present' : 'waiting'][one.group]
    const gone = before.filled + before.extra + before.waiting - (after.filled + after.extra + after.waiting)
    expect(gone).toBe(holdsSeat && there > 0 ? 1 : 0)
  })

  it('is the fresh count of those who stay', () => {
    const all = line(1, 1, { present: { staff: 2, security: 1, volunteer: 0, police: 1 } })
    const stay = line(1, 2, { present: { staff: 1, security: 1, volunteer: 0, police: 1 } })
    expect(countSeats(withoutOne(all, { group: 'staff', verified: true, shift }))).toEqual(countSeats(stay))
  })
})
