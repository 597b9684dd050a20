import type { Alarm, Id } from '../../lib/types'

/** How long one press of the mute key keeps an alarm silent. */
export const MUTE_S = 30

/** Whether somebody at a console has acknowledged: a guard's *I am going* stops no console's sound. */
export function acknowledgedAtConsole(alarm: Alarm): boolean {
  return alarm.timeline.some((entry) => entry.act === 'acknowledged')
}

/** Open alarms that still sound: not acknowledged at a console, not muted just now. */
export function ringing(alarms: Iterable<Alarm>, mutedUntil: ReadonlyMap<Id, number>, now: number): Alarm[] {
  return [...alarms].filter(
    (alarm) => alarm.state === 'open' && !acknowledgedAtConsole(alarm) && (mutedUntil.get(alarm.id) ?? 0) <= now,
  )
}

/** Open alarms in the order in which they are handled: drills last, unacknowledged before others, newest first. */
export function byUrgency(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms]
    .filter((alarm) => alarm.state === 'open')
    .sort(
      (a, b) =>
        Number(a.drill) - Number(b.drill) ||
        Number(acknowledgedAtConsole(a)) - Number(acknowledgedAtConsole(b)) ||
        Date.parse(b.raised_at) - Date.parse(a.raised_at) ||
        b.id - a.id,
    )
}

/** What to do when an alarm comes in: show it, or, where somebody is typing or in a dialog, only a bar. */
export function takeover(alarm: Alarm, shown: Id | null, busy: boolean): 'show' | 'bar' | 'nothing' {
  if (alarm.state !== 'open' || shown === alarm.id || acknowledgedAtConsole(alarm)) return 'nothing'
  return busy ? 'bar' : 'show'
}

/** Targets missed by now, as keys that are each told once by a sound. */
export function missedTargets(alarms: Iterable<Alarm>, now: number): string[] {
  return [...alarms]
    .filter((alarm) => alarm.state === 'open')
    .flatMap((alarm) =>
      alarm.tiers
        .filter((tier) => !tier.met_at && Date.parse(tier.due_at) < now)
        .map((tier) => `${alarm.id}/${tier.tier}`),
    )
}
