import { describe, expect, it } from 'vitest'
import { answersByTier } from '@/phone/alarm/raised/tier-answers'
import type { AlarmLadder, TimelineEntry } from '@/lib/wire'
import { alarm, response } from '../tools/make'

const LADDERS: AlarmLadder[] = ([1, 2, 3] as const).map((tier) => ({ tier, phase: 'calling', next_step: 2, happened: 1, due_at: null }))
const acknowledged = (role: string): TimelineEntry => ({ id: 1, at: '2026-11-22T23:36:15Z', actor_id: 50, act: 'acknowledged', facts: { role } })

describe('who answered, by tier', () => {
  it('names those on scene before those who come, and counts the silent', () => {
    const tiers = answersByTier(
      alarm(1, 1, {
        ladders: LADDERS,
        responses: [
          response(1, 11, { tier: 2, state: 'responding' }),
          response(2, 12, { tier: 2, state: 'on_scene' }),
          response(3, 13, { tier: 2, state: 'timed_out' }),
          response(4, 14, { tier: 1 }),
        ],
      }),
      7,
    )
    expect(tiers.map((one) => [one.tier, one.answered.map((answer) => answer.account_id), one.asked])).toEqual([
      [1, [], 1],
      [2, [12, 11], 1],
      [3, [], 0],
    ])
  })

  it('counts an officer for the police wherever he stands, and a console only of the police and until one goes', () => {
    const officer = response(1, 11, { tier: 1, group: 'police', category: 'police', state: 'responding' })
    const third = (change: Parameters<typeof alarm>[2]): unknown => {
      const one = answersByTier(alarm(1, 1, { ladders: LADDERS, ...change }), 7)[2]!
      return [one.answered.map((answer) => answer.account_id), one.console]
    }
    expect(third({ timeline: [acknowledged('dispatcher')] })).toEqual([[], 50])
    expect(third({ timeline: [acknowledged('school_admin')] })).toEqual([[], null])
    expect(third({ timeline: [acknowledged('dispatcher')], responses: [officer] })).toEqual([[11], null])
  })

  it('counts the nameless, and knows from the step alone that a desk of the police took notice', () => {
    const ladders = LADDERS.map((one) => ({ ...one, phase: one.tier === 3 ? ('coming' as const) : one.phase }))
    const responses = [response(-1, null, { tier: 2, state: 'responding' }), response(-2, null, { tier: 3, group: 'police', category: 'police' })]
    const told = answersByTier(alarm(1, 1, { ladders, responses }), null)
    expect(told.map((one) => [one.answered.length, one.asked, one.console, one.desk])).toEqual([
      [0, 0, null, false],
      [1, 0, null, false],
      [0, 1, null, true],
    ])
  })

  it('puts who said from afar that he is there after those who come', () => {
    const off = response(1, 11, { state: 'on_scene', off_scene_m: 320, off_scene: true })
    const [, second] = answersByTier(alarm(1, 1, { ladders: LADDERS, responses: [off, response(2, 12, { state: 'responding' })] }), 7)
    expect(second?.answered.map((one) => one.account_id)).toEqual([12, 11])
  })

  it('knows that neighbours are kept back, which is not that nobody is on duty', () => {
    const held = (until: string | null): boolean[] => answersByTier(alarm(1, 1, { ladders: LADDERS, held_until: until }), 7).map((one) => one.held)
    expect(held('2026-11-22T23:36:25Z')).toEqual([false, true, false])
    expect(held(null)).toEqual([false, false, false])
  })

  it('leaves out the one who raised it', () => {
    const [first] = answersByTier(alarm(1, 1, { ladders: LADDERS, responses: [response(1, 7, { tier: 1, state: 'responding' })] }), 7)
    expect(first?.answered).toEqual([])
  })

  it('tells those who were called and cannot from nobody at all', () => {
    const responses = [response(1, 11, { tier: 1, state: 'declined' }), response(2, 12, { tier: 1, state: 'left' })]
    const tiers = answersByTier(alarm(1, 1, { ladders: LADDERS, responses }), 7)
    expect(tiers.map((one) => [one.asked, one.called])).toEqual([
      [0, 2],
      [0, 0],
      [0, 0],
    ])
  })
})
