import { describe, expect, it } from 'vitest'
import { alarmsFrom, applyAlarms, openAlarms, responseOf } from '@/apply/alarm/alarms'
import { applyCoverage, coverageFrom } from '@/apply/duty/coverage'
import type { FeedEvent, PostCoverage } from '@/lib/wire'
import { alarm, line, response } from '../tools/make'

const told = (id: number, data: PostCoverage): FeedEvent => ({ id, name: 'coverage.changed', data })

describe('coverage', () => {
  it('replaces a line by a newer one and leaves the old state alone', () => {
    const before = coverageFrom([line(1, 3), line(2, 4)])
    const after = applyCoverage(before, [told(9, line(1, 9, { state: 'full' }))])
    expect(after.get(1)?.state).toBe('full')
    expect(before.get(1)?.state).toBe('uncovered')
    expect(after.get(2)).toBe(before.get(2))
  })

  it('ignores older and equal versions, so a replay changes nothing', () => {
    const state = coverageFrom([line(1, 9, { state: 'full' })])
    expect(applyCoverage(state, [told(3, line(1, 3)), told(9, line(1, 9))])).toBe(state)
  })

  it('takes a post that it did not know', () => {
    expect(applyCoverage(coverageFrom([]), [told(1, line(4, 1))]).size).toBe(1)
  })

  it('makes the fresh fetch from any old state and any order with repeats', () => {
    const states = ['uncovered', 'understaffed', 'full', 'off_duty'] as const
    const log = Array.from({ length: 60 }, (_, index) => {
      const version = index + 1
      return told(version, line((index * 7) % 5, version, { state: states[index % 4] }))
    })
    const fresh = new Map<number, PostCoverage>()
    for (const event of log) if (event.name === 'coverage.changed') fresh.set(event.data.post_id, event.data)
    for (let cut = 0; cut <= log.length; cut += 7) {
      const old = applyCoverage(coverageFrom([]), log.slice(0, cut))
      const replayed = [...log.slice(Math.max(0, cut - 5)), ...log.slice(-9)]
      expect(new Map(applyCoverage(old, replayed))).toEqual(fresh)
    }
  })
})

describe('alarms', () => {
  it('keeps the newest version of each and passes other events by', () => {
    const state = alarmsFrom([alarm(1, 5)])
    const after = applyAlarms(state, [
      told(6, line(1, 6)),
      { id: 7, name: 'alarm.changed', data: alarm(1, 7, { kind: 'fire' }) },
      { id: 4, name: 'alarm.changed', data: alarm(1, 4) },
    ])
    expect(after.get(1)?.kind).toBe('fire')
    expect(applyAlarms(state, [told(6, line(1, 6))])).toBe(state)
  })

  it('finds the response that counts now: the last one made for the account', () => {
    const twice = alarm(1, 1, { responses: [response(1, 7, { state: 'released' }), response(2, 8), response(3, 7)] })
    expect(responseOf(twice, 7)?.id).toBe(3)
    expect(responseOf(twice, 99)).toBeNull()
  })

  it('lists the unacknowledged first, newest first, and no resolved ones', () => {
    const state = alarmsFrom([
      alarm(1, 1, { raised_at: '2026-11-22T23:30:00Z' }),
      alarm(2, 1, { raised_at: '2026-11-22T23:40:00Z', acknowledged_at: '2026-11-22T23:41:00Z' }),
      alarm(3, 1, { raised_at: '2026-11-22T23:35:00Z' }),
      alarm(4, 1, { state: 'resolved' }),
    ])
    expect(openAlarms(state).map((one) => one.id)).toEqual([3, 1, 2])
  })
})
