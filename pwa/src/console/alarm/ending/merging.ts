/** Pure: the alarms that one may be merged into. */
import type { Alarm, Id } from '@/lib/wire'
import { metersBetween } from '@/apply/places/geo'

/** An alarm that another one may be merged into, and how far it is. */
export interface PossibleMain {
  alarm: Alarm
  meters: number
}

/** The open alarms that this one may be a double of, the nearest first; a drill and a real one are never the same. */
export function possibleMains(alarm: Alarm, all: Iterable<Alarm>): PossibleMain[] {
  return [...all]
    .filter((other) => other.id !== alarm.id && other.state === 'open' && other.drill === alarm.drill)
    .map((other) => ({ alarm: other, meters: metersBetween(alarm, other) }))
    .sort((a, b) => a.meters - b.meters || a.alarm.id - b.alarm.id)
}

/** The alarm that a line of the timeline names besides its own: the double taken in, or the one that goes on. */
export function otherAlarmOf(facts: Record<string, unknown>, act: string): Id | null {
  const other = act === 'merged' ? facts.alarm_id : act === 'resolved' ? facts.into : null
  return typeof other === 'number' ? other : null
}
