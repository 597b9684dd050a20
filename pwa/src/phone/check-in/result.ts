/** What a check-in came to: one of five, never a bare error. */
import type { Entry } from '../../lib/outbox'
import type { CheckIn, Flag } from '../../lib/types'

export type ResultKind = 'on_time' | 'late' | 'waits' | 'queued' | 'refused'

export interface Result {
  kind: ResultKind
  checkIn: CheckIn | null
  entry: Entry
}

/** Flags that wait for a human; the others are for information only. */
const WAITING_FLAGS: readonly Flag[] = [
  'not_approved',
  'no_fix',
  'poor_fix',
  'outside_fence',
  'impossible_speed',
  'stale_code',
  'late_sync',
  'shared_device',
  'not_rostered',
]

/** Tell what to show for an entry of the outbox; null while its first try is under way. */
export function resultOf(entry: Entry, newer: CheckIn | null): Result | null {
  if (entry.state === 'delivered') {
    const answered = entry.answer as CheckIn
    // Confirmed meanwhile: the duty that the feed brought says more than the first answer.
    const checkIn = newer && newer.id === answered.id ? newer : answered
    return { kind: checkIn.verified ? checkIn.verdict : 'waits', checkIn, entry }
  }
  if (entry.state === 'refused') return { kind: 'refused', checkIn: null, entry }
  if (entry.attempts === 0 || (entry.state === 'sending' && entry.attempts === 1)) return null
  return { kind: 'queued', checkIn: null, entry }
}

/** The reasons why a check-in waits, the weightiest first. */
export const reasonsOf = (checkIn: CheckIn): Flag[] => WAITING_FLAGS.filter((flag) => checkIn.flags.includes(flag))
