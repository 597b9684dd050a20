/** Pure: what must be said before an alarm may be ended. */
import type { Alarm, Id, Outcome } from '@/lib/wire'

/** So many others are offered besides the one that is to be ended. */
const MOST_OTHERS = 7

/** What is still missing before an alarm may be ended; `other`: another one's place was named. */
export type MissingAnswer = 'place' | 'other' | 'outcome' | 'finding'

/**
 * The open alarms with which this one could be mixed up, itself among them, by the names of their places; none where
 * it is the only one. The newest of many come first: they are what came in between.
 */
export function mixedUpWith(alarm: Alarm, all: Iterable<Alarm>): Alarm[] {
  const others = [...all]
    .filter((one) => one.state === 'open' && one.id !== alarm.id)
    .sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at) || b.id - a.id)
    .slice(0, MOST_OTHERS)
  if (!others.length) return []
  return [alarm, ...others].sort((a, b) => a.place_name.localeCompare(b.place_name, 'zh') || a.id - b.id)
}

/** Tell what is missing before an alarm may be ended, in the order in which it is asked. */
export function missingAnswer(
  alarm: Alarm,
  said: { among: readonly Alarm[]; named: Id | null; outcome: Outcome | null; finding: string },
): MissingAnswer | null {
  if (said.among.length && said.named === null) return 'place'
  if (said.among.length && said.named !== alarm.id) return 'other'
  if (said.outcome === null) return 'outcome'
  return said.finding.trim() === '' ? 'finding' : null
}
