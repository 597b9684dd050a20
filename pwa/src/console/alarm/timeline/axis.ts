/** Pure: where the acts of an alarm lie on its axis of five minutes. */
import type { Alarm, TimelineEntry } from '@/lib/wire'
import { elapsed } from '@/console/alarm/responders/targets'

/** Seconds from one end of the axis to the other: five minutes and some room after them. */
const AXIS_S = 330

const SHOWN = ['responding', 'on_scene', 'acknowledged', 'withdrawal'] as const
/** `unproven`: said on scene while his phone was far away. */
type ShownAct = (typeof SHOWN)[number] | 'unproven'
type Act = Pick<TimelineEntry, 'id' | 'at' | 'actor_id'> & { act: ShownAct }

/** A dot on the axis; `label` says whether there is room for its words above it. */
export interface AxisDot {
  entry: Act
  percent: number
  label: boolean
}

/** Where a number of seconds after the raise lies on the axis, in percent; later ones stay at its end. */
export function axisPercent(seconds: number): number {
  return Math.min(100, Math.max(0, (seconds / AXIS_S) * 100))
}

/** Where the clock stands, in percent. */
export function nowPercent(alarm: Alarm, now: number): number {
  return axisPercent(elapsed(alarm, now) / 1000)
}

/** Tell whether there is room for the words of the clock: no target's words (`marks`) nearer than `room` percent. */
export function hasRoomForNow(percent: number, marks: readonly number[], room: number): boolean {
  return marks.every((mark) => Math.abs(mark - percent) >= room)
}

/**
 * Choose the acts to draw as dots on the axis, and which of them have room for words.
 *
 * Acts after the axis are left to the timeline. Arrivals keep their words before acceptances, and no words come nearer
 * than `room` percent to other words, to a target (`marks`) or to the clock. Words at the beginning start there instead
 * of standing over their middle.
 */
export function axisDots(alarm: Alarm, now: number, marks: readonly number[], room: number): AxisDot[] {
  const raised = Date.parse(alarm.raised_at)
  const dots = [...alarm.timeline.map(asSaid), ...earlierAnswers(alarm)]
    .filter((entry): entry is Act => (entry.act === 'unproven' || SHOWN.some((act) => act === entry.act)) && (Date.parse(entry.at) - raised) / 1000 < AXIS_S)
    .map((entry) => ({ entry, percent: axisPercent((Date.parse(entry.at) - raised) / 1000), label: false }))
  const middle = (percent: number): number => Math.max(percent, room / 2)
  const taken = [...marks, middle(nowPercent(alarm, now))]
  const ranked = [...dots].sort((a, b) => rank(a.entry) - rank(b.entry) || a.percent - b.percent)
  for (const dot of ranked) {
    if (taken.some((other) => Math.abs(other - middle(dot.percent)) < room)) continue
    dot.label = true
    taken.push(middle(dot.percent))
  }
  return dots
}

/** Tell an arrival that was said from far away apart from one that counts. */
function asSaid(entry: TimelineEntry): Omit<TimelineEntry, 'act'> & { act: TimelineEntry['act'] | 'unproven' } {
  return entry.act === 'on_scene' && typeof entry.facts.off_scene_m === 'number' ? { ...entry, act: 'unproven' } : entry
}

/** What people answered before the entries that the alarm carries, told from their responses. */
function earlierAnswers(alarm: Alarm): Act[] {
  if (alarm.timeline_count <= alarm.timeline.length) return []
  const shown = new Set(alarm.timeline.map(asSaid).map((entry) => `${entry.act}/${entry.at}/${entry.actor_id}`))
  return alarm.responses
    .flatMap((one): Act[] => [
      ...(one.responded_at && one.responded_at !== one.on_scene_at && one.state !== 'declined' ? [{ id: -2 * one.id, at: one.responded_at, actor_id: one.account_id, act: 'responding' as const }] : []),
      ...(one.on_scene_at ? [{ id: -2 * one.id - 1, at: one.on_scene_at, actor_id: one.account_id, act: one.off_scene ? ('unproven' as const) : ('on_scene' as const) }] : []),
    ])
    .filter((act) => !shown.has(`${act.act}/${act.at}/${act.actor_id}`))
}

function rank(entry: Act): number {
  return ['on_scene', 'acknowledged', 'unproven', 'responding', 'withdrawal'].indexOf(entry.act)
}
