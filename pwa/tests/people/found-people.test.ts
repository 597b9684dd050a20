import { describe, expect, it } from 'vitest'
import { coverageFrom } from '@/apply/duty/coverage'
import { whereTheyStand } from '@/apply/people/found-people'
import type { PersonFound, PostCoverage } from '@/lib/wire'
import { line, shift } from '../tools/make'

type Duty = NonNullable<PersonFound['duty']>

function person(number: number, duty: Partial<Duty> | null): PersonFound {
  return {
    account_id: number,
    name: `测试${number}`,
    category: 'security',
    group: 'security',
    status: 'approved',
    duty: duty && { check_in_id: number, post_id: 1, peak: shift.peak, date: shift.date, verified: true, at: shift.starts_at, place: null, ...duty },
  }
}

function seat(number: number, verified = true): PostCoverage['seats'][number] {
  return { check_in_id: number, account_id: number, category: 'security', group: 'security', verified, verdict: 'on_time', flags: [] }
}

describe('people who were found', () => {
  it('stand where they hold a seat, also a newer one than the search knew', () => {
    const now = coverageFrom([line(1, 1), line(2, 1, { seats: [seat(7, false)] })])
    expect(whereTheyStand([person(7, {})], now)[0]?.standing).toEqual({ post: 2, verified: false, over: false })
  })

  it('have gone when their seat has, in the same shift', () => {
    expect(whereTheyStand([person(7, {})], coverageFrom([line(1, 2)]))[0]?.standing).toBeNull()
  })

  it.each([
    ['the next peak has begun', { peak: 'morning_dismissal' }],
    ['the same peak of the next day', { date: '2026-11-24' }],
    ['the post is off duty', { peak: null, date: null, state: 'off_duty' as const }],
  ])('stand there still when %s and they have not checked out', (_name, change) => {
    const [found] = whereTheyStand([person(7, {})], coverageFrom([line(1, 3, change)]))
    expect(found?.standing).toEqual({ post: 1, verified: true, over: true })
  })

  it('stand nowhere without a duty, at a post out of scope, or where an older server does not name the shift', () => {
    const off = coverageFrom([line(1, 3, { peak: null, date: null })])
    const older = person(9, {})
    delete (older.duty as Partial<Duty>).peak
    expect(whereTheyStand([person(7, null), person(8, { post_id: 5 }), older], off).map((one) => one.standing)).toEqual([null, null, null])
  })

  it('come first when they stand somewhere', () => {
    const now = coverageFrom([line(1, 1, { seats: [seat(8)] })])
    expect(whereTheyStand([person(7, null), person(8, {})], now).map((one) => one.person.account_id)).toEqual([8, 7])
  })
})
