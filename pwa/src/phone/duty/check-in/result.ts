/** What a check-in came to: one of five, never a bare error. */
import type { Entry } from '@/lib/outbox'
import type { Account, CheckIn, Colleague } from '@/lib/wire'
import type { StateOf } from '@/words/core/states'

export type ResultKind = StateOf<'result'>

export interface Result {
  kind: ResultKind
  checkIn: CheckIn | null
  entry: Entry
}

/** Flags that wait for a human; the others are for information only. */
const WAITING_FLAGS: readonly StateOf<'flags'>[] = [
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
export const reasonsOf = (checkIn: Pick<CheckIn, 'flags'>): StateOf<'flags'>[] => WAITING_FLAGS.filter((flag) => checkIn.flags.includes(flag))

/** When somebody came: as he pressed, also where it reached the platform later; the platform keeps both. */
export const cameAt = (checkIn: CheckIn): string =>
  Date.parse(checkIn.claimed_at) > Date.parse(checkIn.at) || checkIn.flags.includes('clock_skew') ? checkIn.at : checkIn.claimed_at

/** Whom a guard asks about his duty: one above him, never himself. */
export const askOf = (category: Account['category']): StateOf<'ask'> =>
  category === 'police' ? 'station' : category === 'duty_leader' ? 'school' : 'leader'

/** Who may confirm that somebody stands there: nobody himself, and for one who only says that he is police, his station. */
export function confirmerOf(me: Account | null, colleagues: readonly Colleague[]): { who: StateOf<'confirmer'>; name: string } {
  const leader = colleagues.find((one) => one.category === 'duty_leader' && one.verified && one.account_id !== me?.id)
  const claim = me?.category === 'police' && me.status !== 'approved'
  return { who: claim ? 'station' : leader ? 'named' : me?.category === 'duty_leader' ? 'school' : 'anybody', name: leader?.name ?? '' }
}
