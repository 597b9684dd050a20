/** Pure: which of several open alarms comes first on a phone, and when a call may take its page. */
import type { Alarm, AlarmResponse, Id } from '@/lib/wire'
import { responseOf } from './alarms'
import { callKey, callStanding, callTo } from './calls'

/** Whose phone it is, at which post he is on duty, and the alarms to which an answer of his is on its way. */
export interface Holder {
  id: Id
  postId: Id | null
  answering: ReadonlySet<Id>
}

/** Real alarms of full standing, then those of raisers without it, and drills last. */
export const rankOf = (alarm: Alarm): number => (alarm.drill ? 2 : alarm.full_standing ? 0 : 1)

/** How an alarm concerns somebody: it waits for his answer, has him at work, only asked him once, was refused, or not at all. */
export type Concern = 'waits' | 'at_work' | 'asked' | 'refused' | 'none'

const ORDER: readonly Concern[] = ['waits', 'at_work', 'asked', 'refused', 'none']
const OUT: Partial<Record<AlarmResponse['state'], Concern>> = { declined: 'refused', withdrawn: 'refused', left: 'none', released: 'none' }

export function concernOf(alarm: Alarm, holder: Holder): Concern {
  const mine = responseOf(alarm, holder.id)
  if (alarm.state !== 'open' || !mine) return 'none'
  const out = OUT[mine.state]
  if (out) return out
  if (mine.state === 'responding' || mine.state === 'on_scene' || holder.answering.has(alarm.id)) return 'at_work'
  const others = alarm.responses.filter((one) => one.account_id !== holder.id)
  return mine.state === 'notified' || callStanding(mine, others) === 'unanswered' ? 'waits' : 'asked'
}

/** Whether an alarm waits for somebody or has him at work. */
export const wants = (alarm: Alarm, holder: Holder): boolean => ['waits', 'at_work'].includes(concernOf(alarm, holder))

/** Whatever comes first is less; the last word have the oldest call and its number. */
function keyOf(alarm: Alarm, holder: Holder): number[] {
  const mine = responseOf(alarm, holder.id)
  const here = mine?.why === 'on_post' || alarm.post_id === holder.postId
  return [
    Number(alarm.state !== 'open'),
    rankOf(alarm),
    ORDER.indexOf(concernOf(alarm, holder)),
    Number(!here),
    mine?.tier ?? 9,
    mine?.distance_m ?? Number.MAX_VALUE,
    Date.parse(mine?.notified_at ?? alarm.raised_at),
    alarm.id,
  ]
}

/** Order alarms as a phone shows them. */
export function inOrder(alarms: Iterable<Alarm>, holder: Holder): Alarm[] {
  const keyed = [...alarms].map((alarm) => ({ alarm, key: keyOf(alarm, holder) }))
  return keyed.sort((a, b) => firstDifference(a.key, b.key)).map((one) => one.alarm)
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : a[at]! - b[at]!
}

/** The alarms besides the one on the page that asked for somebody or have him at work, in their order: he may go to any of them. */
export function othersThan(shown: Id, alarms: Iterable<Alarm>, holder: Holder): Alarm[] {
  return inOrder(alarms, holder).filter((one) => one.id !== shown && concernOf(one, holder) !== 'none')
}

/** The alarm in a bar whose call is heard: the first that calls somebody, and is no less than the one on his page. */
export const heardBeside = (shown: Alarm, besides: readonly Alarm[], me: Id): Alarm | null =>
  besides.find((one) => callTo(one, me) !== null && rankOf(one) <= rankOf(shown)) ?? null

/** Which calls took the page before, by their keys, and until when (ms) a late one was too long ago to do so. */
export interface Before {
  taken: ReadonlySet<string>
  since: number
}

/**
 * The alarm whose call takes the page now, if any does.
 *
 * A new call takes it from a page that is no call's, from a call that was refused or is over, and from one of lower rank. It
 * never takes it from a call of its own rank that still waits or has somebody at work, however near the new one is; and
 * while an alarm of higher rank waits for somebody or has him at work it only stands in the list.
 */
export function takesPage(alarms: Iterable<Alarm>, shown: Id | null, holder: Holder, before: Before): Id | null {
  const known = inOrder(alarms, holder)
  const on = known.find((one) => one.id === shown)
  const wanting = known.filter((one) => wants(one, holder))
  const floor = Math.min(...[...wanting, ...(on && concernOf(on, holder) === 'asked' ? [on] : [])].map(rankOf))
  if (on && wants(on, holder) && rankOf(on) <= floor) return null
  const next = known.find((one) => {
    const call = callTo(one, holder.id)
    if (!call || holder.answering.has(one.id) || rankOf(one) > floor || before.taken.has(callKey(call))) return false
    // What was long ago comes to the fore only before something that is less.
    return !call.late || call.at > before.since || (wants(one, holder) && wanting.some((other) => rankOf(other) > rankOf(one)))
  })
  return next && next !== on ? next.id : null
}
