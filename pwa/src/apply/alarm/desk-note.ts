/** Pure: the newest words that a console wrote to all who are on an alarm. */
import type { Alarm, TimelineEntry } from '@/lib/wire'

/** The newest note of somebody who neither reported the alarm nor was asked to it: of a console. */
export function deskNote(alarm: Alarm): TimelineEntry | null {
  const people = new Set([...alarm.responses, ...alarm.reporters].map((one) => one.account_id))
  const notes = alarm.timeline.filter((entry) => entry.act === 'note' && entry.actor_id !== null && !people.has(entry.actor_id))
  return notes[notes.length - 1] ?? null
}
