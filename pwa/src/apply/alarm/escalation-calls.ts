/** Pure: the calls that an escalation has made, as the timeline of an alarm carries them. */
import type { Alarm, Channel, Id, TimelineEntry } from '@/lib/wire'

/** Why a step was taken, as the server writes it; *unreached* is its *no acknowledgement* where nobody could be called. */
export type Cause = 'raised' | 'unreached' | 'no_acknowledgement' | 'repeated' | 'target_missed' | 'still_open' | 'by_console'

/** A step that was taken: of which tier, why, by what, and how many it reached. */
export interface EscalationCall {
  tier: number
  step: number
  cause: Cause
  channels: Channel[]
  reached: number
  asked: number
  /** Those whom only a channel reaches that rests now, since they were called a moment ago. */
  resting: number
  /** How often it has been repeated, this time counted. */
  times: number
}

/** Causes that may come again and again in a long alarm. */
export const REPEATING: readonly Cause[] = ['repeated', 'target_missed', 'still_open']

/**
 * The steps worth a line of their own, by the number of their entry; a long alarm must not drown in them.
 *
 * The first step is told with those who were notified. Steps that reached nobody and were followed at once are left
 * out for the one that followed, as are those in which everybody rested since he was called a moment ago; of
 * repetitions the newest stands for all, with their number.
 */
export function callsByEntry(alarm: Alarm): Map<Id, EscalationCall> {
  const kept = new Map<Id, EscalationCall>()
  for (const tier of new Set(alarm.tiers.map((one) => one.tier))) keepOfTier(alarm, tier, kept)
  return kept
}

function keepOfTier(alarm: Alarm, tier: number, kept: Map<Id, EscalationCall>): void {
  const entries = alarm.timeline.filter((entry) => entry.act === 'called' && entry.facts.tier === tier)
  let before: { id: Id; call: EscalationCall } | null = null
  entries.forEach((entry, index) => {
    const call = callOf(entry)
    const previous = entries[index - 1]
    if (call.cause === 'no_acknowledgement' && previous?.facts.reached === 0 && !previous.facts.resting) call.cause = 'unreached'
    const skipped = call.reached === 0 && entries[index + 1]?.at === entry.at
    const rested = call.reached === 0 && call.resting > 0
    if (skipped || rested || (call.cause === 'raised' && call.reached > 0)) return
    if (before && REPEATING.includes(call.cause) && before.call.cause === call.cause) {
      kept.delete(before.id)
      call.times = before.call.times + 1
    }
    kept.set(entry.id, call)
    before = { id: entry.id, call }
  })
}

function callOf({ facts }: TimelineEntry): EscalationCall {
  return {
    tier: facts.tier as number,
    step: facts.step as number,
    cause: facts.cause as Cause,
    channels: facts.channels as Channel[],
    reached: facts.reached as number,
    asked: facts.asked as number,
    resting: (facts.resting as number | undefined) ?? 0,
    times: 1,
  }
}
