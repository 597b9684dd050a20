import { describe, expect, it } from 'vitest'
import { aLine, aPost, FULL, id, NOBODY } from '../tools/console'
import { drawCurve } from '@/console/duty/arrival-curve'
import { count, peakOf, percent, progress } from '@/console/duty/counters'
import { isFiltered, listed, NO_FILTER, passes } from '@/apply/duty/post-filter'
import { nearestSpare } from '@/console/duty/nearest-spare'
import { stepSelection, worstFirst } from '@/apply/duty/post-order'
import { missingHeads, postView } from '@/apply/duty/post-view'
import { whyEmpty, lastEnded } from '@/console/duty/empty-list'
import { seatsOf } from '@/console/duty/seats'

const view = (id: number, present = {}, changes = {}, post = {}) =>
  postView(aPost(id, post), aLine(id, present, changes))

const numbers = (posts: { post: { id: unknown } }[]): number[] => posts.map((one) => Number(one.post.id))

describe('worst first', () => {
  it('puts nobody before few, and fewer of required before more', () => {
    const order = worstFirst([view(1, FULL), view(2, { staff: 2, police: 1 }), view(3), view(4, { staff: 1 })])
    expect(numbers(order)).toEqual([3, 4, 2, 1])
  })

  it('then the longest missing', () => {
    const order = worstFirst([
      view(1, {}, { since: '2026-11-22T23:30:00Z' }),
      view(2, {}, { since: '2026-11-22T23:10:00Z' }),
    ])
    expect(numbers(order)).toEqual([2, 1])
  })

  it('then the one with the fewest full neighbours', () => {
    const far = { latitude: 31.95 }
    const posts = [view(1), view(2, {}, {}, far), view(3, FULL)]
    expect(numbers(worstFirst(posts))).toEqual([2, 1, 3])
  })

  it('compares shares, not heads, where posts ask for different numbers', () => {
    const small = view(1, { staff: 1 }, { required: { ...NOBODY, staff: 2 } })
    const large = view(2, { staff: 2 })
    expect(numbers(worstFirst([small, large]))).toEqual([2, 1])
  })

  it('does not depend on the order given', () => {
    const posts = [view(1), view(2), view(3, FULL), view(4, { staff: 1 })]
    expect(worstFirst([...posts].reverse()).map((one) => one.post.id)).toEqual(
      worstFirst(posts).map((one) => one.post.id),
    )
  })
})

describe('stepping through gaps', () => {
  it('starts at the worst, wraps, and goes back', () => {
    const order = [id(5), id(6), id(7)]
    expect(stepSelection(order, null, 1)).toBe(id(5))
    expect(stepSelection(order, id(7), 1)).toBe(id(5))
    expect(stepSelection(order, id(5), -1)).toBe(id(7))
    expect(stepSelection(order, id(99), 1)).toBe(id(5))
    expect(stepSelection([], id(5), 1)).toBeNull()
  })
})

describe('filters', () => {
  const gap = view(1, { staff: 2 })
  const full = view(2, FULL, {}, { station_id: id(2), school_kind: 'junior', school_name: '北苑初级中学' })

  it('lists gaps only, until something is asked for', () => {
    expect(listed(gap, NO_FILTER)).toBe(true)
    expect(listed(full, NO_FILTER)).toBe(false)
    expect(listed(full, { ...NO_FILTER, search: '北苑' })).toBe(true)
    expect(listed(full, { ...NO_FILTER, state: 'full' })).toBe(true)
  })

  it('takes every word of a search, whatever its case', () => {
    expect(passes(full, { ...NO_FILTER, search: ' 初级  南门 ' })).toBe(true)
    expect(passes(full, { ...NO_FILTER, search: '初级 北门' })).toBe(false)
  })

  it('asks for station, kind and missing group', () => {
    expect(passes(full, { ...NO_FILTER, station: id(1) })).toBe(false)
    expect(passes(full, { ...NO_FILTER, school: full.post.school_id })).toBe(true)
    expect(passes(full, { ...NO_FILTER, school: id(999) })).toBe(false)
    expect(listed(full, { ...NO_FILTER, school: full.post.school_id })).toBe(true)
    expect(passes(full, { ...NO_FILTER, kind: 'junior' })).toBe(true)
    expect(passes(gap, { ...NO_FILTER, missing: 'police' })).toBe(true)
    expect(passes(gap, { ...NO_FILTER, missing: 'staff' })).toBe(false)
  })

  it('knows whether it filters at all', () => {
    expect(isFiltered({ ...NO_FILTER, search: '  ' })).toBe(false)
    expect(isFiltered({ ...NO_FILTER, gapsOnly: true })).toBe(true)
  })
})

describe('counters', () => {
  it('counts heads of required seats only and leaves off-duty posts out', () => {
    const crowded = view(1, { ...FULL, volunteer: 9 })
    const off = postView(aPost(2), null)
    const counted = count([crowded, off, view(3, { staff: 1 }, { waiting: { ...NOBODY, police: 1 } })])
    expect(counted.states).toEqual({ full: 1, understaffed: 1, uncovered: 0, off_duty: 1 })
    expect([counted.present, counted.required, counted.waiting]).toEqual([8, 14, 1])
  })

  it('never rounds up to a hundred percent', () => {
    expect(percent(1406, 1407)).toBe(99.9)
    expect(percent(1407, 1407)).toBe(100)
    expect(percent(0, 0)).toBeNull()
  })

  it('names the peak most posts are in, over its widest span', () => {
    const early = aLine(1, FULL, { starts_at: '2026-11-22T23:10:00Z' })
    const other = aLine(2, FULL, { peak: 'afternoon_arrival' })
    const now = Date.parse('2026-11-22T23:40:00Z')
    const span = peakOf([other, early, aLine(3)], now)
    expect(span?.peak).toBe('morning_arrival')
    expect(span?.startsAt).toBe(Date.parse('2026-11-22T23:10:00Z'))
    expect(span && progress(span, now)).toBeCloseTo(30 / 50)
  })

  it('knows no peak when every post is off duty', () => {
    const off = aLine(1, {}, { phase: 'off', state: 'off_duty', peak: null, date: null })
    expect(peakOf([off], Date.parse('2026-11-22T23:40:00Z'))).toBeNull()
  })
})

describe('a quiet hour', () => {
  const off = (post: number, version: number, since: string) => aLine(post, {}, { phase: 'off', state: 'off_duty', version, since })

  it('tells when a shift ended, and nothing where there was none yet', () => {
    expect(lastEnded([off(1, 1, '2026-11-22T01:35:00Z')])).toBeNull()
    expect(lastEnded([aLine(2, {}, { version: 5 })])).toBeNull()
    expect(lastEnded([off(1, 9, '2026-11-20T10:00:00Z'), off(2, 4, '2026-11-20T09:00:00Z'), off(3, 1, '2026-11-22T01:35:00Z')])).toBe(
      Date.parse('2026-11-20T10:00:00Z'),
    )
  })

  it('calls posts full that are on duty, and those alone', () => {
    const states = { full: 0, understaffed: 0, uncovered: 0, off_duty: 16 }
    expect(whyEmpty(states)).toBe('no_shift')
    expect(whyEmpty({ ...states, full: 2 })).toBe('full_but_off')
    expect(whyEmpty({ ...states, full: 2, off_duty: 0 })).toBe('full')
  })
})

describe('seats and missing heads', () => {
  it('draws the present, then the waiting, then the missing of each group', () => {
    const line = aLine(1, { staff: 1, security: 2 }, { waiting: { ...NOBODY, staff: 1 } })
    expect(seatsOf(line).map((seat) => `${seat.group[0]}${seat.look[0]}`).join(' ')).toBe('sv sw sv sv vm vm pm')
  })

  it('repeats a group for each missing head', () => {
    expect(missingHeads(aLine(1, { staff: 2, security: 1 }))).toEqual(['security', 'volunteer', 'volunteer', 'police'])
    expect(missingHeads(null)).toEqual([])
  })
})

describe('the nearest spare', () => {
  it('is the nearest post with more of a missing group than it needs', () => {
    const here = view(1, { staff: 2, security: 2, police: 1 })
    const near = view(2, { ...FULL, volunteer: 3 }, {}, { latitude: 31.89 })
    const nearer = view(3, { ...FULL, staff: 4 }, {}, { latitude: 31.881 })
    const found = nearestSpare(here, [here, near, nearer])
    expect(found?.view.post.id).toBe(id(2))
    expect(found?.heads).toBe(1)
    expect(nearestSpare(here, [here, nearer])).toBeNull()
  })
})

describe('the arrivals curve', () => {
  it('reaches from the opening to the last minute and marks the required heads', () => {
    const curve = drawCurve(
      {
        opens_at: '2026-11-22T23:00:00Z',
        starts_at: '2026-11-22T23:30:00Z',
        ends_at: '2026-11-23T00:00:00Z',
        required: 100,
        points: [
          { at: '2026-11-22T23:00:00Z', present: 0 },
          { at: '2026-11-22T23:30:00Z', present: 50 },
        ],
      },
      200,
      50,
    )
    expect(curve?.startX).toBe(100)
    expect(curve?.last).toEqual({ x: 100, y: 26.5 })
    expect(curve?.requiredY).toBe(4)
    expect(curve?.line).toBe('M0 49L100 26.5')
  })

  it('is empty while no peak runs', () => {
    const none = { opens_at: null, starts_at: null, ends_at: null, required: 0, points: [] }
    expect(drawCurve(none, 200, 50)).toBeNull()
  })
})
