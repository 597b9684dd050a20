import { describe, expect, it } from 'vitest'
import { callsByEntry } from '@/apply/alarm/escalation-calls'
import { otherAlarmOf, possibleMains } from '@/console/alarm/ending/merging'
import { TIERS } from '@/apply/alarm/escalation-plan'
import { isFresh, tiersToEscalate, tierWait } from '@/console/alarm/responders/ladders'
import { timelineRows } from '@/console/alarm/timeline/timeline'
import type { AlarmLadder, EscalationStep, TimelineEntry } from '@/lib/wire'
import { anAlarm, aResponse, iso, RAISED } from '../tools/console'

const STEPS: EscalationStep[] = [0, 30, 30].map((after_s, index) => ({
  tier: 1,
  after_s,
  channels: index ? ['socket', 'sms'] : ['socket'],
  groups: ['staff'],
  roles: [],
  more: 0,
}))

function ladder(changes: Partial<AlarmLadder> = {}): AlarmLadder {
  return { tier: 1, phase: 'calling', next_step: 2, happened: 1, due_at: iso(30), ...changes }
}

function called(id: number, seconds: number, facts: Record<string, unknown>): TimelineEntry {
  const usual = { tier: 1, step: 1, cause: 'no_acknowledgement', channels: ['socket'], reached: 2, asked: 0 }
  return { id, at: iso(seconds), actor_id: null, act: 'called', facts: { ...usual, ...facts } }
}

describe('what a tier waits for', () => {
  const alarm = anAlarm(1)
  const at = (seconds: number): number => RAISED + seconds * 1000

  it('counts down to the next step and names its channels', () => {
    expect(tierWait(alarm, ladder(), STEPS, at(18))).toEqual({ what: 'step', step: 2, seconds: 12, channels: ['socket', 'sms'] })
    expect(tierWait(alarm, ladder(), [], at(18))).toEqual({ what: 'step', step: 2, seconds: 12, channels: [] })
  })

  it('says of nobody that he does not answer before he could', () => {
    expect([2, 14, 15].map((second) => isFresh(alarm, at(second)))).toEqual([true, true, false])
  })

  it('repeats the last step past the plan', () => {
    const last = ladder({ next_step: 4, due_at: iso(90) })
    expect(tierWait(alarm, last, STEPS, at(61))).toEqual({ what: 'repeat', step: 3, seconds: 29, channels: ['socket', 'sms'] })
  })

  it('does not count below nothing', () => {
    expect(tierWait(alarm, ladder(), STEPS, at(31))).toEqual({ what: 'overdue', step: 2 })
  })

  it('waits for those who come, then for the end alone', () => {
    expect(tierWait(alarm, ladder({ tier: 2, phase: 'coming', due_at: iso(180) }), [], at(60))).toEqual({ what: 'coming', seconds: 120 })
    expect(tierWait(alarm, ladder({ tier: 3, phase: 'there', due_at: iso(600) }), [], at(0))).toEqual({ what: 'there', seconds: 600 })
    expect(tierWait(alarm, ladder({ phase: 'there', due_at: null }), [], at(0))).toEqual({ what: 'there', seconds: null })
  })

  it('waits for nothing once the alarm has ended', () => {
    const ended = anAlarm(1, { state: 'resolved', resolved_at: iso(20) })
    expect(tierWait(ended, ladder({ due_at: null }), STEPS, at(25))).toEqual({ what: 'ended', phase: 'calling' })
  })

  it('would not wait for those still calling, else for those who have not come', () => {
    const phases = (...given: AlarmLadder['phase'][]): AlarmLadder[] => given.map((phase, index) => ladder({ tier: TIERS[index]!, phase }))
    expect(tiersToEscalate(anAlarm(1, { ladders: phases('there', 'calling', 'calling') }))).toEqual([2, 3])
    expect(tiersToEscalate(anAlarm(1, { ladders: phases('there', 'coming', 'there') }))).toEqual([2])
    expect(tiersToEscalate(anAlarm(1, { ladders: phases('there', 'there', 'there') }))).toEqual([])
  })
})

describe('steps in the timeline', () => {
  it('tell the first step with those who were told, and repetitions in one line', () => {
    const alarm = anAlarm(1, {
      timeline: [
        called(1, 0, { cause: 'raised' }),
        called(2, 30, { step: 2 }),
        called(3, 60, { step: 3 }),
        called(4, 90, { step: 3, cause: 'repeated' }),
        called(5, 120, { step: 3, cause: 'repeated' }),
        called(6, 150, { step: 3, cause: 'repeated' }),
      ],
    })
    const calls = callsByEntry(alarm)
    expect([...calls.keys()]).toEqual([2, 3, 6])
    expect(calls.get(6)?.times).toBe(3)
    expect(timelineRows(alarm).map((row) => row.id)).toEqual([6, 3, 2])
  })

  it('leave out a step that reached nobody for the one that followed at once, and say why that one came', () => {
    const alarm = anAlarm(1, {
      timeline: [called(1, 0, { cause: 'raised', reached: 0 }), called(2, 0, { step: 2, reached: 3 })],
    })
    expect([...callsByEntry(alarm)].map(([id, call]) => [id, call.cause])).toEqual([[2, 'unreached']])
  })

  it('keep the last of several that reached nobody', () => {
    const alarm = anAlarm(1, {
      timeline: [1, 2, 3].map((step) => called(step, 0, { step, reached: 0, cause: step === 1 ? 'raised' : 'no_acknowledgement' })),
    })
    expect([...callsByEntry(alarm).keys()]).toEqual([3])
  })

  it('keep the tiers apart', () => {
    const alarm = anAlarm(1, {
      timeline: [1, 2].flatMap((round) => [1, 2].map((tier) => called(round * 10 + tier, round * 30, { tier, cause: 'repeated' }))),
    })
    expect([...callsByEntry(alarm)].map(([, call]) => [call.tier, call.times])).toEqual([[1, 2], [2, 2]])
  })

  it('name the tiers of an impatient console, and the other alarm of a merge', () => {
    const alarm = anAlarm(1, {
      responses: [aResponse(1)],
      timeline: [
        { id: 1, at: iso(5), actor_id: 9, act: 'escalated', facts: { tiers: [1, 3] } },
        { id: 2, at: iso(9), actor_id: 9, act: 'merged', facts: { alarm_id: 7 } },
        { id: 3, at: iso(19), actor_id: 9, act: 'resolved', facts: { outcome: 'duplicate', into: 8 } },
      ],
    })
    expect(timelineRows(alarm).map((row) => [row.words, row.tiers, row.other])).toEqual([
      ['resolvedAsDouble', [], 8],
      ['merged', [], 7],
      ['escalated', [1, 3], null],
    ])
    expect(otherAlarmOf({ outcome: 'real' }, 'resolved')).toBeNull()
  })
})

describe('what a double may be merged into', () => {
  it('is open, of the same kind of truth, and the nearest stands first', () => {
    const here = anAlarm(1)
    const others = [
      anAlarm(2, { latitude: here.latitude + 0.01 }),
      anAlarm(3, { latitude: here.latitude + 0.001 }),
      anAlarm(4, { state: 'resolved' }),
      anAlarm(5, { drill: true }),
    ]
    expect(possibleMains(here, [here, ...others]).map((one) => one.alarm.id)).toEqual([3, 2])
  })
})
