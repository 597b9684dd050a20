import { afterEach, describe, expect, it } from 'vitest'
import { added, isWhole, moved, ofTier, removed, samePlan, tierWrong, timesOf, TIERS, withTier, wrongsOf } from '@/apply/alarm/escalation-plan'
import type { EscalationStep } from '@/lib/wire'
import { anyUnsaved, dropDrafts, isUnsaved, keepDraft, stepsBeingEdited } from '@/state/alarm/step-drafts'

function step(changes: Partial<EscalationStep> = {}): EscalationStep {
  return { tier: 1, after_s: 0, channels: ['socket'], groups: ['staff'], roles: [], more: 0, ...changes }
}

const THREE = [step(), step({ after_s: 30, more: 1 }), step({ after_s: 45, more: 2 })]
const WHOLE = TIERS.map((tier) => step({ tier }))

describe('the steps of a tier', () => {
  it('come one after the other', () => {
    expect(timesOf(THREE)).toEqual([0, 30, 75])
    expect(timesOf([step(), step({ after_s: Number.NaN }), step({ after_s: 10 })])).toEqual([0, 0, 10])
  })

  it('change places while the times stay', () => {
    const result = moved(THREE, 0, 1)
    expect(result.map((one) => [one.after_s, one.more])).toEqual([[0, 1], [30, 0], [45, 2]])
    expect(moved(result, 1, -1)).toEqual(THREE)
    expect(moved(THREE, 2, 1)).toEqual(THREE)
  })

  it('begin with the alarm whichever is taken out', () => {
    expect(removed(THREE, 0).map((one) => [one.after_s, one.more])).toEqual([[0, 1], [45, 2]])
    expect(removed([step()], 0)).toEqual([])
  })

  it('grow by one like the last, and the first one of a tier is whole', () => {
    expect(added(THREE, 1)).toHaveLength(4)
    for (const tier of TIERS) {
      const [first] = added([], tier)
      expect(first?.after_s).toBe(0)
      expect(wrongsOf(first!, 0)).toEqual({})
    }
  })

  it('say what is wrong where it is wrong', () => {
    expect(wrongsOf(step({ after_s: 4 }), 1)).toEqual({ after_s: 'wait' })
    expect(wrongsOf(step({ after_s: 901 }), 1)).toEqual({ after_s: 'wait' })
    expect(wrongsOf(step({ after_s: 7.5 }), 1)).toEqual({ after_s: 'wait' })
    expect(wrongsOf(step({ groups: [] }), 0)).toEqual({ whom: 'nobody' })
    expect(wrongsOf(step({ groups: [], roles: ['dispatcher'] }), 0)).toEqual({})
    expect(wrongsOf(step({ channels: [], more: 11 }), 0)).toEqual({ channels: 'no_channel', more: 'more' })
    expect(tierWrong([])).toBe('no_steps')
    expect(tierWrong(Array.from({ length: 9 }, () => step()))).toBe('too_many_steps')
    expect(tierWrong([step({ after_s: 5 })])).toBe('first_waits')
    expect(isWhole(WHOLE)).toBe(true)
    expect(isWhole(WHOLE.slice(1))).toBe(false)
  })

  it('stand in for those of their tier alone', () => {
    const changed = withTier(WHOLE, 2, added(ofTier(WHOLE, 2), 2))
    expect(changed.map((one) => one.tier)).toEqual([1, 2, 2, 3])
    expect(samePlan(WHOLE, changed)).toBe(false)
    expect(samePlan([step({ channels: ['socket', 'sms'] })], [step({ channels: ['sms', 'socket'] })])).toBe(true)
  })
})

describe('changes that are not saved', () => {
  afterEach(dropDrafts)

  it('are kept by kind until they are dropped', () => {
    keepDraft('fire', WHOLE)
    expect([isUnsaved('fire'), isUnsaved('fight'), anyUnsaved.value]).toEqual([true, false, true])
    expect(stepsBeingEdited('fire')).toEqual(WHOLE)
    expect(stepsBeingEdited('fight')).toEqual([])
  })

  it('are none where everything is as it was', () => {
    keepDraft('fire', WHOLE)
    keepDraft('fire', [])
    expect(anyUnsaved.value).toBe(false)
  })
})
