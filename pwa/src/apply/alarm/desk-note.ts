/** Pure: the newest words that the police's console wrote to all who are on an alarm. */
import { isPolice } from '@/apply/people/police'
import type { Alarm, TimelineEntry } from '@/lib/wire'

/** The newest note of a console of the police, as the line itself says: what others write never passes for theirs. */
export function deskNote(alarm: Alarm): TimelineEntry | null {
  const notes = alarm.timeline.filter((entry) => entry.act === 'note' && entry.facts.at_console === true && isPolice(entry.facts.role))
  return notes[notes.length - 1] ?? null
}
