/** Pure: the steps of an escalation plan: changing them, and what is wrong with them. */
import { lastOf } from '@/lib/last'
import type { EscalationStep } from '@/lib/wire'

/** Rules of the steps as the server has them; it checks again. */
export const TIERS: readonly EscalationStep['tier'][] = [1, 2, 3]
export const SHORTEST_WAIT_S = 5
export const LONGEST_WAIT_S = 900
export const MOST_STEPS = 8
export const MOST_HEADS = 10
const USUAL_WAIT_S = 30

/** What is wrong with a step, by the field beside which it is said. */
export interface StepWrongs {
  after_s?: 'wait'
  whom?: 'nobody'
  channels?: 'no_channel'
  more?: 'more'
}

/** The steps of a tier, in their order. */
export function ofTier(steps: readonly EscalationStep[], tier: number): EscalationStep[] {
  return steps.filter((step) => step.tier === tier)
}

/** Put other steps in the place of a tier's. */
export function withTier(steps: readonly EscalationStep[], tier: number, changed: readonly EscalationStep[]): EscalationStep[] {
  return TIERS.flatMap((one) => (one === tier ? [...changed] : ofTier(steps, one)))
}

/** When each step of a tier comes, in seconds after the alarm; a wait that is no number counts nothing. */
export function timesOf(steps: readonly EscalationStep[]): number[] {
  let at = 0
  return steps.map((step) => (at += Number.isFinite(step.after_s) ? step.after_s : 0))
}

/** Add a step like the last one; the first step of a tier calls by the open page. */
export function added(steps: readonly EscalationStep[], tier: EscalationStep['tier']): EscalationStep[] {
  const last = lastOf(steps)
  if (last) return [...steps, { ...last, after_s: USUAL_WAIT_S }]
  const groups: EscalationStep['groups'] = tier === 3 ? ['police'] : ['staff', 'security', 'volunteer', 'police']
  return [{ tier, after_s: 0, channels: ['socket', 'push'], groups, roles: [], more: 0 }]
}

/** Take a step out; the one that becomes the first comes with the alarm. */
export function removed(steps: readonly EscalationStep[], index: number): EscalationStep[] {
  return steps.filter((_step, at) => at !== index).map((step, at) => (at === 0 ? { ...step, after_s: 0 } : step))
}

/** Let a step change places with the one before (-1) or after it (1); the times stay where they are. */
export function moved(steps: readonly EscalationStep[], index: number, by: -1 | 1): EscalationStep[] {
  const [one, other] = [steps[index], steps[index + by]]
  if (!one || !other) return [...steps]
  const result = [...steps]
  result[index] = { ...other, after_s: one.after_s }
  result[index + by] = { ...one, after_s: other.after_s }
  return result
}

/** What is wrong with a step at a place of its tier. */
export function wrongsOf(step: EscalationStep, index: number): StepWrongs {
  const wrongs: StepWrongs = {}
  if (index > 0 && !whole(step.after_s, SHORTEST_WAIT_S, LONGEST_WAIT_S)) wrongs.after_s = 'wait'
  if (!step.groups.length && !step.roles.length) wrongs.whom = 'nobody'
  if (!step.channels.length) wrongs.channels = 'no_channel'
  if (!whole(step.more, 0, MOST_HEADS)) wrongs.more = 'more'
  return wrongs
}

/** What is wrong with a tier as a whole. */
export function tierWrong(steps: readonly EscalationStep[]): 'no_steps' | 'too_many_steps' | 'first_waits' | null {
  if (!steps.length) return 'no_steps'
  if (steps.length > MOST_STEPS) return 'too_many_steps'
  return steps[0]?.after_s ? 'first_waits' : null
}

/** Whether the steps may be saved. */
export function isWhole(steps: readonly EscalationStep[]): boolean {
  return TIERS.every((tier) => {
    const own = ofTier(steps, tier)
    return tierWrong(own) === null && own.every((step, index) => !Object.keys(wrongsOf(step, index)).length)
  })
}

/** Whether two plans are the same, whatever the order in which groups and channels are named. */
export function samePlan(a: readonly EscalationStep[], b: readonly EscalationStep[]): boolean {
  return written(a) === written(b)
}

function written(steps: readonly EscalationStep[]): string {
  return JSON.stringify(
    TIERS.map((tier) =>
      ofTier(steps, tier).map((step) => [
        step.after_s,
        step.more,
        [...step.groups].sort(),
        [...step.roles].sort(),
        [...step.channels].sort(),
      ]),
    ),
  )
}

function whole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
