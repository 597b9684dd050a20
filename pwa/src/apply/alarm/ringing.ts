/** Pure: which open alarms a console sounds for, and in which order they are handled. */
import { acknowledgements } from './acknowledgements'
import type { Alarm, Id, Role, TimelineEntry } from '@/lib/wire'
import { isPolice } from '@/apply/people/police'
import { REPEATING } from './escalation-calls'

/** How long one press of the mute key keeps an alarm silent. */
export const MUTE_S = 30

/** A repeated step this soon after its target is the target's own, which has a sound already. */
const OF_THE_TARGET_MS = 5_000

/**
 * The acknowledgement that counts for whoever looks: the police wait for a console of the police, as tier 3 does on
 * the server; a school for anybody at a console. A guard's *I am going* is none.
 */
export function acknowledgementFor(alarm: Alarm, role: Role | null): TimelineEntry | null {
  const counts = (entry: TimelineEntry): boolean => !isPolice(role) || isPolice(entry.facts.role)
  return acknowledgements(alarm).find(counts) ?? null
}

/** How an alarm stands for whoever looks, as the key of a word. */
export function standingWord(alarm: Alarm, role: Role | null): 'acknowledged' | 'schoolOnly' | 'unacknowledged' {
  if (acknowledgementFor(alarm, role)) return 'acknowledged'
  return acknowledgements(alarm).length ? 'schoolOnly' : 'unacknowledged'
}

/** Open alarms that still sound: not acknowledged as far as this role is concerned, not muted just now. */
export function ringing(alarms: Iterable<Alarm>, role: Role | null, mutedUntil: ReadonlyMap<Id, number>, now: number): Alarm[] {
  return [...alarms].filter(
    (alarm) => alarm.state === 'open' && !acknowledgementFor(alarm, role) && (mutedUntil.get(alarm.id) ?? 0) <= now,
  )
}

/** Whether nobody with standing has reported an alarm: its reporters are new, unapproved or suspended accounts. */
export function isDoubted(alarm: Alarm): boolean {
  return !alarm.drill && !alarm.full_standing
}

/**
 * Open alarms in the order in which they are handled: drills last, unacknowledged before others, those of unapproved
 * accounts after real ones. Of the unacknowledged the one that has waited longest comes first, of the others the newest.
 */
export function byUrgency(alarms: Iterable<Alarm>, role: Role | null): Alarm[] {
  const taken = (alarm: Alarm): number => Number(acknowledgementFor(alarm, role) !== null)
  const age = (a: Alarm, b: Alarm): number => Date.parse(a.raised_at) - Date.parse(b.raised_at) || a.id - b.id
  return [...alarms]
    .filter((alarm) => alarm.state === 'open')
    .sort(
      (a, b) =>
        Number(a.drill) - Number(b.drill) ||
        taken(a) - taken(b) ||
        Number(isDoubted(a)) - Number(isDoubted(b)) ||
        (taken(a) ? age(b, a) : age(a, b)),
    )
}

/** What the bar shows of alarms in their order: those of unapproved accounts are one entry, their most urgent one. */
export function inBar(ordered: readonly Alarm[]): Alarm[] {
  const first = ordered.find(isDoubted)
  return ordered.filter((alarm) => !isDoubted(alarm) || alarm === first)
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

/** Steps taken again, since nobody answered, nobody is there yet or the alarm is still open; each is told once by a sound. */
export function calledAgain(alarms: Iterable<Alarm>): string[] {
  return [...alarms]
    .filter((alarm) => alarm.state === 'open')
    .flatMap((alarm) => alarm.timeline.filter((entry) => isAgain(alarm, entry)).map((entry) => `entry/${entry.id}`))
}

/** Those who are aside and have pressed since, where the police look; each is told once by a sound, however often he presses. */
export function asidePresses(alarms: Iterable<Alarm>, role: Role | null): string[] {
  return [...alarms]
    .filter((alarm) => alarm.state === 'open' && isPolice(role))
    .flatMap((alarm) => alarm.asides.filter((one) => one.presses > 0).map((one) => `aside/${alarm.id}/${one.account_id}/${one.at}`))
}

function isAgain(alarm: Alarm, entry: TimelineEntry): boolean {
  if (entry.act !== 'called' || !REPEATING.some((cause) => cause === entry.facts.cause)) return false
  const target = alarm.tiers.find((one) => one.tier === entry.facts.tier)
  const after = target ? Date.parse(entry.at) - Date.parse(target.due_at) : Infinity
  return entry.facts.cause !== 'target_missed' || after < 0 || after > OF_THE_TARGET_MS
}
