import { describe, expect, it, vi } from 'vitest'
import { callKey, callsTo, callStateOf, callTo, mayGo, callStanding } from '@/apply/alarm/calls'
import type { Alarm, AlarmDelivery, ResponseState, Tier } from '@/lib/wire'
import { sayOutcome } from '@/phone/alarm/calls/outcome'
import { alarms, fetchAlarm, takeAlarm } from '@/state/alarm/alarms'
import { waitsForReceipt } from '@/state/delivery/receipts'
import { i18n } from '@/words'
import respondChinese from '@/words/alarm/respond.zh-CN'
import { alarm, response } from '../tools/make'

const ME = 9
const FIRST_AT = '2026-11-22T23:36:05Z'
const SECOND_AT = '2026-11-22T23:36:35Z'

function called(calls: number, change: Partial<AlarmDelivery> = {}): AlarmDelivery {
  const called_at = calls > 1 ? SECOND_AT : FIRST_AT
  return { account_id: ME, hook_id: null, room: null, channel: 'socket', tier: 2, state: 'waiting', reason: null, at: FIRST_AT, calls, called_at, ...change }
}

const asked = (state: ResponseState, calls: number, change: Partial<Alarm> = {}): Alarm =>
  alarm(4, 1, { responses: [response(1, ME, { state })], deliveries: calls ? [called(calls)] : [], ...change })

describe('a call through the open page', () => {
  it('has a name of its own each time, whatever the answer time says', () => {
    const first = callTo(asked('notified', 1), ME)
    const second = callTo(asked('timed_out', 2), ME)
    expect(first && callKey(first)).toBe('4:1')
    expect(second && callKey(second)).toBe('4:2')
    expect([first?.late, first?.again, second?.late, second?.again]).toEqual([false, false, true, true])
    expect(callTo(asked('timed_out', 1), ME)?.again).toBe(false)
  })

  it('is one too where news come by polling alone', () => {
    expect(callTo(asked('notified', 0), ME)).toMatchObject({ number: 0, at: Date.parse(FIRST_AT) })
  })

  it('is none for whoever goes, cannot or is let go, nor after the end, nor for somebody else', () => {
    for (const state of ['responding', 'on_scene', 'declined', 'withdrawn', 'released', 'left'] as const) {
      expect(callTo(asked(state, 2), ME)).toBeNull()
    }
    expect(callTo(asked('notified', 1, { state: 'resolved' }), ME)).toBeNull()
    expect(callTo(asked('notified', 1), 77)).toBeNull()
  })
})

describe('a call that is not answered, or was answered before', () => {
  const mine = (state: ResponseState, why: 'nearest' | 'on_post' = 'nearest') => response(1, ME, { state, why })
  const other = (state: ResponseState, tier: Tier = 2) => response(2, 8, { state, tier })

  it('says that somebody else goes only where he goes of the same tier', () => {
    expect(callStanding(mine('timed_out'), [])).toBe('unanswered')
    expect(callStanding(mine('timed_out'), [other('notified'), other('responding', 1)])).toBe('unanswered')
    expect(callStanding(mine('timed_out'), [other('responding')])).toBe('replaced')
    expect(callStanding(mine('timed_out', 'on_post'), [other('on_scene')])).toBe('replacedHere')
  })

  it('keeps what was said, and lets go whoever may still go', () => {
    const states = ['notified', 'timed_out', 'declined', 'withdrawn', 'released', 'left', 'responding', 'on_scene'] as const
    expect(states.slice(2, 6).map((state) => callStanding(mine(state), []))).toEqual(['declined', 'declined', 'released', 'leftPage'])
    expect(states.filter(mayGo)).toEqual(states.slice(0, 4))
  })

  it('leaves its trace until its end is read, whatever was answered', () => {
    const states = ['notified', 'timed_out', 'declined', 'withdrawn', 'released', 'left', 'responding', 'on_scene'] as const
    const open = states.map((state, n) => alarm(n + 1, 1, { responses: [response(1, ME, { state })], raised_at: `2026-11-22T23:3${n}:00Z` }))
    const ended = alarm(20, 1, { responses: [response(1, ME)], state: 'resolved', raised_at: '2026-11-22T23:59:00Z' })
    const found = callsTo([ended, ...open, alarm(30, 1, { responses: [response(1, 77)] })], ME)
    expect(found.map((one) => one.id)).toEqual([20, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(found.map((one) => callStateOf(one, ME))).toEqual(['ended', ...states])
  })

  it('goes on as the alarm that its double was merged into', () => {
    const main = alarm(2, 1, { responses: [response(1, ME)] })
    const double = alarm(1, 1, { responses: [response(2, ME)], state: 'resolved', merged_into: 2 })
    expect(callsTo([double, main], ME)).toEqual([main])
    expect(callsTo([double], ME)).toEqual([double])
  })
})

describe('the end of an alarm', () => {
  it('is said by its outcome, and that of a drill is never that of an alarm', async () => {
    i18n.set('zh-CN', respondChinese)
    expect(sayOutcome({ outcome: 'false' })).toBe('已核实，没有危险')
    expect(sayOutcome({ outcome: 'real', drill: true })).toBe('演练结束')
    expect(sayOutcome({ outcome: null })).toBe('')
  })

  it('is read from the refusal by a page that was away, and stays', async () => {
    takeAlarm(alarm(4, 7, { responses: [response(1, ME)] }))
    const facts = { resolved_at: '2026-11-22T23:50:00Z', outcome: 'false', kind: 'fire', drill: false, place_name: '示例小学 南门' }
    vi.stubGlobal('fetch', async () => Response.json({ code: 'alarm_over', facts }, { status: 409 }))
    await expect(fetchAlarm(4)).rejects.toThrow('alarm_over')
    expect(alarms.value.get(4)).toMatchObject({ ...facts, state: 'resolved', responses: [{ account_id: ME }] })
    takeAlarm(alarm(4, 7))
    expect(alarms.value.get(4)?.state).toBe('resolved')
    vi.unstubAllGlobals()
  })
})

describe('a receipt', () => {
  it('is wanted for each call, also after one that arrived', () => {
    const state = (calls: number, change: Partial<AlarmDelivery>): Alarm => alarm(4, 1, { deliveries: [called(calls, change)] })
    expect(waitsForReceipt(state(1, {}), ME)).toBe(1)
    expect(waitsForReceipt(state(1, { state: 'delivered' }), ME)).toBe(0)
    expect(waitsForReceipt(state(2, { state: 'delivered' }), ME)).toBe(2)
    expect(waitsForReceipt(state(2, { channel: 'push' }), ME)).toBe(0)
  })
})
