import { describe, expect, it } from 'vitest'
import { steadyList } from '@/console/people/steady-list'
import type { AccountStatus, Guard } from '@/lib/wire'

const person = (id: number, status: AccountStatus = 'pending'): Guard => ({ id, status }) as unknown as Guard
const decided = (guard: Guard): boolean => guard.status !== 'pending'

describe('a list of people under a thumb', () => {
  it('keeps each row where it is when one was decided and others came', () => {
    const before = [person(5), person(2, 'approved'), person(9), person(4)]
    const now = [person(7), person(5), person(4)]
    expect(steadyList(before, now, decided).map((one) => Number(one.id))).toEqual([5, 2, 4, 7])
  })

  it('shows what is new of whoever stays', () => {
    expect(steadyList([person(1)], [person(1, 'suspended')], decided)).toEqual([person(1, 'suspended')])
  })

  it('begins in the order in which it was read', () => {
    expect(steadyList([], [person(3), person(1)], decided).map((one) => Number(one.id))).toEqual([3, 1])
  })
})
