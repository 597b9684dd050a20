/** Pure: what each tier of an alarm waits for. */
import type { Alarm, AlarmLadder, Channel, EscalationStep } from '@/lib/wire'

/** What a tier waits for, in the parts of its sentence. */
export type TierWait =
  | { what: 'step' | 'repeat'; step: number; seconds: number; channels: Channel[] }
  | { what: 'overdue'; step: number }
  | { what: 'coming'; seconds: number }
  | { what: 'there'; seconds: number | null }
  | { what: 'ended'; phase: 'calling' | 'coming' }

/** Tell what a tier of an alarm waits for at `now`; `steps` are those of its plan, empty where it is not known. */
export function tierWait(alarm: Alarm, ladder: AlarmLadder, steps: readonly EscalationStep[], now: number): TierWait {
  if (ladder.phase === 'there') {
    return { what: 'there', seconds: ladder.due_at && alarm.state === 'open' ? secondsUntil(ladder.due_at, now) : null }
  }
  if (alarm.state === 'resolved' || !ladder.due_at) return { what: 'ended', phase: ladder.phase }
  const seconds = secondsUntil(ladder.due_at, now)
  if (ladder.phase === 'coming') return { what: 'coming', seconds }
  if (seconds === 0) return { what: 'overdue', step: nextStep(ladder, steps) }
  const repeats = steps.length > 0 && ladder.next_step > steps.length
  const step = nextStep(ladder, steps)
  return { what: repeats ? 'repeat' : 'step', step, seconds, channels: steps[step - 1]?.channels ?? [] }
}

/** So long after the press nobody can be said not to answer: a call has 15 s for it. */
const FRESH_MS = 15_000

/** Whether the first who were called have hardly heard of an alarm. */
export const isFresh = (alarm: Alarm, now: number): boolean => now - Date.parse(alarm.raised_at) < FRESH_MS

/** The tiers that a console would most likely not wait for: those still calling, else those nobody has reached. */
export function tiersToEscalate(alarm: Alarm): number[] {
  const having = (phase: AlarmLadder['phase']): number[] =>
    alarm.ladders.filter((ladder) => ladder.phase === phase).map((ladder) => ladder.tier)
  const calling = having('calling')
  return calling.length ? calling : having('coming')
}

function nextStep(ladder: AlarmLadder, steps: readonly EscalationStep[]): number {
  return steps.length ? Math.min(ladder.next_step, steps.length) : ladder.next_step
}

function secondsUntil(at: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(at) - now) / 1000))
}
