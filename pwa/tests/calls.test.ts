import { describe, expect, it } from 'vitest'
import { callKey, callTo } from '../src/apply/calls'
import type { Alarm, AlarmDelivery, ResponseState } from '../src/lib/types'
import { waitsForReceipt } from '../src/state/receipts'
import { alarm, response } from './make'

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

describe('a receipt', () => {
  it('is wanted for each call, also after one that arrived', () => {
    const state = (calls: number, change: Partial<AlarmDelivery>): Alarm => alarm(4, 1, { deliveries: [called(calls, change)] })
    expect(waitsForReceipt(state(1, {}), ME)).toBe(1)
    expect(waitsForReceipt(state(1, { state: 'delivered' }), ME)).toBe(0)
    expect(waitsForReceipt(state(2, { state: 'delivered' }), ME)).toBe(2)
    expect(waitsForReceipt(state(2, { channel: 'push' }), ME)).toBe(0)
  })
})
