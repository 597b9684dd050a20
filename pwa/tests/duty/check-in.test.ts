import { describe, expect, it } from 'vitest'
import { clockTime, dayTime, directionOf, distanceParts, wayBetween } from '@/lib/format'
import type { Entry } from '@/lib/outbox'
import { outlookOf, buttonState } from '@/phone/duty/check-in/outlook'
import { askOf, cameAt, confirmerOf, reasonsOf, resultOf } from '@/phone/duty/check-in/result'
import type { Account, Colleague } from '@/lib/wire'
import { codeIn } from '@/state/places/scanned-posts'
import { checkIn, shift } from '../tools/make'

const at = (iso: string): number => Date.parse(iso)
const post = { shift, next_shift: { ...shift, opens_at: '2026-11-23T08:50:00Z' } }

describe('outlook: what a press now would bring', () => {
  it.each([
    ['2026-11-22T22:31:00Z', { kind: 'early', minutes: 19, opensAt: shift.opens_at }],
    ['2026-11-22T22:50:00Z', { kind: 'on_time', minutes: 35 }],
    ['2026-11-22T23:12:00Z', { kind: 'on_time', minutes: 13 }],
    ['2026-11-22T23:25:00Z', { kind: 'on_time', minutes: 0 }],
    ['2026-11-22T23:26:00Z', { kind: 'late', minutes: 6 }],
    ['2026-11-23T00:00:00Z', { kind: 'over', opensAt: '2026-11-23T08:50:00Z' }],
  ])('%s', (now, wanted) => {
    expect(outlookOf(post, at(now))).toEqual(wanted)
  })

  it('says when the next one opens where there is no shift', () => {
    expect(outlookOf({ shift: null, next_shift: null }, 0)).toEqual({ kind: 'none', opensAt: null })
  })
})

describe('result', () => {
  const entry = (change: Partial<Entry>): Entry => ({
    id: 'a',
    kind: 'check_in',
    path: '/api/check-ins',
    body: {},
    accountId: 7,
    note: {},
    createdAt: 0,
    attempts: 1,
    nextAt: 0,
    state: 'delivered',
    deliveredAt: 1,
    answer: checkIn(),
    refusal: null,
    ...change,
  })

  it('is one of five', () => {
    expect(resultOf(entry({}), null)?.kind).toBe('on_time')
    expect(resultOf(entry({ answer: checkIn({ verdict: 'late' }) }), null)?.kind).toBe('late')
    expect(resultOf(entry({ answer: checkIn({ verified: false }) }), null)?.kind).toBe('waits')
    expect(resultOf(entry({ state: 'waiting' }), null)?.kind).toBe('queued')
    expect(resultOf(entry({ state: 'refused' }), null)?.kind).toBe('refused')
    expect(resultOf(entry({ state: 'sending' }), null)).toBeNull()
  })

  it('turns to on duty when somebody confirms', () => {
    const waiting = entry({ answer: checkIn({ verified: false }) })
    expect(resultOf(waiting, checkIn({ confirmed_by: 9 }))?.kind).toBe('on_time')
  })

  it('gives no reason that is for information only', () => {
    expect(reasonsOf(checkIn({ flags: ['poor_fix', 'outside_fence', 'no_fix', 'clock_skew'] }))).toEqual(['no_fix', 'poor_fix', 'outside_fence'])
  })
})

describe('the big button', () => {
  const outlook = outlookOf(post, at('2026-11-22T23:12:00Z'))
  const now = { outlook, busy: false, here: null, kept: undefined }

  it('says what is so before what a press would bring', () => {
    expect(buttonState(now)).toBe('on_time')
    expect(buttonState({ ...now, outlook: null })).toBe('unsure')
    expect(buttonState({ ...now, kept: {} })).toBe('kept')
    expect(buttonState({ ...now, kept: {}, busy: true })).toBe('sending')
    expect(buttonState({ ...now, here: checkIn({ verified: false }) })).toBe('waits')
    expect(buttonState({ ...now, here: checkIn(), kept: {} })).toBe('here')
  })
})

describe('whom a guard is sent to', () => {
  const me = (category: Account['category'], status: Account['status'] = 'approved'): Account => ({ id: 7, category, status }) as Account
  const leader = (id: number, verified = true): Colleague => ({ account_id: id, name: '示例', category: 'duty_leader', verified }) as Colleague

  it('is a leader who is there, and never himself', () => {
    expect(confirmerOf(me('teacher'), [leader(9)])).toEqual({ who: 'named', name: '示例' })
    expect(confirmerOf(me('teacher'), [leader(9, false)]).who).toBe('anybody')
    expect(confirmerOf(me('duty_leader'), [leader(7)]).who).toBe('school')
    expect(confirmerOf(me('duty_leader'), [leader(7), leader(9)]).who).toBe('named')
  })

  it('is the station where he only says that he is of the police', () => {
    expect(confirmerOf(me('police', 'pending'), [leader(9)]).who).toBe('station')
    expect(confirmerOf(me('police'), [leader(9)]).who).toBe('named')
  })

  it('is one above him with a question', () => {
    expect([askOf('teacher'), askOf('duty_leader'), askOf('police'), askOf(null)]).toEqual(['leader', 'school', 'station', 'leader'])
  })

  it('came when he pressed, unless his clock is off', () => {
    const late = checkIn({ claimed_at: '2026-11-22T23:11:00Z', at: '2026-11-22T23:12:30Z' })
    expect(cameAt(late)).toBe('2026-11-22T23:11:00Z')
    expect(cameAt({ ...late, flags: ['clock_skew'] })).toBe(late.at)
    expect(cameAt({ ...late, claimed_at: '2026-11-22T23:30:00Z' })).toBe(late.at)
  })
})

describe('reading and writing', () => {
  it("finds a post's code in an address or by itself, and in nothing else", () => {
    expect(codeIn('https://huxue.example/p/AB23CD45EF')).toBe('AB23CD45EF')
    expect(codeIn(' ab23cd45ef ')).toBe('AB23CD45EF')
    expect(codeIn('https://elsewhere.example/AB23CD45EF')).toBeNull()
    expect(codeIn('微信付款码')).toBeNull()
  })

  it.each([
    'huxue.example/p/AB23CD45EF',
    'HTTPS://HUXUE.EXAMPLE/P/ab23cd45ef',
    'https://huxue.example/p/AB23CD45EF?from=singlemessage&isappinstalled=0#wechat_redirect',
    'huxue.example/p/ab23cd45ef/#/',
    'https://huxue.example/p/AB23CD45EF。',
    '岗位码：AB23CD45EF',
    'ＡＢ２３ＣＤ４５ＥＦ',
    '\u200bab23 cd45ef\u202c',
    '/p/AB23CD45EF',
  ])('opens the post of %s', (typed) => {
    expect(codeIn(typed)).toBe('AB23CD45EF')
  })

  it.each(['https://', 'https://elsewhere.example/x/p/AB23CD45EF', 'https://elsewhere.example/?p=/p/AB23CD45EF', '/p/', 'AB2'])('takes %s for no code', (typed) => {
    expect(codeIn(typed)).toBeNull()
  })

  it('shows local time, with the day only when it is another', () => {
    expect(clockTime('2026-11-22T23:12:00Z')).toBe('07:12')
    expect(dayTime('2026-11-22T23:12:00Z', at('2026-11-22T22:00:00Z'), 'zh-CN')).toBe('07:12')
    expect(dayTime('2026-11-23T22:50:00Z', at('2026-11-22T23:00:00Z'), 'zh-CN')).toBe('周二 06:50')
    expect(dayTime('2026-11-16T01:40:00Z', at('2026-11-25T02:00:00Z'), 'en')).toBe('16 Nov 09:40')
    expect(dayTime('2026-11-16T01:40:00Z', at('2026-11-25T02:00:00Z'), 'zh-CN')).toBe('11月16日 09:40')
  })

  it('rounds metres and changes to kilometres', () => {
    expect(distanceParts(238)).toEqual({ n: '240', unit: 'm' })
    expect(distanceParts(1_130)).toEqual({ n: '1.1', unit: 'km' })
    expect(distanceParts(3)).toEqual({ n: '3', unit: 'm' })
  })

  it('points the way', () => {
    const way = wayBetween({ latitude: 31.88, longitude: 117.26 }, { latitude: 31.889, longitude: 117.26 })
    expect(way.distanceM).toBeGreaterThan(990)
    expect(way.distanceM).toBeLessThan(1_010)
    expect(directionOf(way.bearingDeg)).toBe('n')
    expect(directionOf(359)).toBe('n')
    expect(directionOf(46)).toBe('ne')
  })
})
