/** What a check-in would be now: the button says it beforehand. */
import type { CheckIn, PostDetail } from '@/lib/wire'
import type { StateOf } from '@/words/core/states'

export type Outlook =
  | { kind: 'none'; opensAt: string | null }
  | { kind: 'early'; minutes: number; opensAt: string }
  | { kind: 'on_time'; minutes: number }
  | { kind: 'late'; minutes: number }
  | { kind: 'over'; opensAt: string | null }

const MINUTE_MS = 60_000

/** Judge as the server will: on time up to the grace's end, late minutes from the start. */
export function outlookOf(post: Pick<PostDetail, 'shift' | 'next_shift'>, nowMs: number): Outlook {
  const nextOpensAt = post.next_shift?.opens_at ?? null
  const shift = post.shift
  if (!shift) return { kind: 'none', opensAt: nextOpensAt }
  const until = (at: string): number => (Date.parse(at) - nowMs) / MINUTE_MS
  if (until(shift.opens_at) > 0) {
    return { kind: 'early', minutes: Math.ceil(until(shift.opens_at)), opensAt: shift.opens_at }
  }
  if (until(shift.late_after) >= 0) return { kind: 'on_time', minutes: Math.floor(until(shift.late_after)) }
  if (until(shift.ends_at) > 0) return { kind: 'late', minutes: Math.floor(-until(shift.starts_at)) }
  return { kind: 'over', opensAt: nextOpensAt }
}

/** What the big button stands for: a press to come, or what is so already. */
export type ButtonState = StateOf<'press'>

/** Tell what the button says; a check-in that is there, or on its way, comes before any outlook. */
export function buttonState(now: { outlook: Outlook | null; busy: boolean; here: Pick<CheckIn, 'verified'> | null; kept: unknown }): ButtonState {
  if (now.here) return now.here.verified ? 'here' : 'waits'
  if (now.busy) return 'sending'
  return now.kept ? 'kept' : (now.outlook?.kind ?? 'unsure')
}
