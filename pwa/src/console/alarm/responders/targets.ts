/** Pure: how the target of a tier stands, and the clock of an alarm. */
import type { Alarm, AlarmTier, Tier } from '@/lib/wire'

/** How a target stands: met in time, met late, missed, half of its time gone, plenty left, or over before it was due. */
export type TargetTone = 'met' | 'met_late' | 'missed' | 'soon' | 'ahead' | 'ended'

/** One target chip: which tone, and the seconds it shows (after the raise when met, left, or over). */
export interface TargetChip {
  tier: Tier
  target_s: number
  tone: TargetTone
  seconds: number
}

/** Judge one tier's target at `now`; a resolved alarm stands still at its end. */
export function targetChip(alarm: Alarm, tier: AlarmTier, now: number): TargetChip {
  const raised = Date.parse(alarm.raised_at)
  const due = Date.parse(tier.due_at)
  const chip = (tone: TargetTone, ms: number): TargetChip => ({
    tier: tier.tier,
    target_s: tier.target_s,
    tone,
    seconds: Math.max(0, Math.floor(ms / 1000)),
  })
  if (tier.met_at) {
    const met = Date.parse(tier.met_at)
    return chip(met <= due ? 'met' : 'met_late', met - raised)
  }
  const at = standingAt(alarm, now)
  if (at > due) return chip('missed', at - due)
  if (alarm.resolved_at) return chip('ended', at - raised)
  return chip(due - at <= (tier.target_s * 1000) / 2 ? 'soon' : 'ahead', due - at + 999)
}

/** The time an alarm's clock shows: it runs while the alarm is open and stops where it was resolved. */
function standingAt(alarm: Alarm, now: number): number {
  return alarm.resolved_at ? Date.parse(alarm.resolved_at) : now
}

/** Milliseconds since the alarm was raised, stopped at its end, never negative. */
export function elapsed(alarm: Alarm, now: number): number {
  return Math.max(0, standingAt(alarm, now) - Date.parse(alarm.raised_at))
}
