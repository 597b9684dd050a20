/** Pure: what consoles have acknowledged of an alarm. */
import type { Alarm, TimelineEntry } from '@/lib/wire'

/** The acknowledgements that count: what was said before the first report with standing joined was of another thing. */
export function acknowledgements(alarm: Alarm): TimelineEntry[] {
  const anew = alarm.timeline.find((entry) => entry.act === 'full_standing' && entry.facts.anew === true)
  return alarm.timeline.filter((entry) => entry.act === 'acknowledged' && (!anew || entry.id > anew.id))
}
