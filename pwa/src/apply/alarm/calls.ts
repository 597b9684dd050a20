/** Pure: the calls of an alarm that reach somebody through his open page. */
import type { Alarm, AlarmDelivery, AlarmResponse, Id, ResponseState } from '@/lib/wire'
import { responseOf } from './alarms'

/** One call: the server makes another until he answers, and each rings. */
export interface Call {
  alarmId: Id
  /** Counts the calls through the page; 0 is being asked without one, where news come by polling alone. */
  number: number
  /** When it was made (ms). */
  at: number
  /** Whether the time for an answer has passed. */
  late: boolean
  /** Whether it came after the first one, which was not answered in time. */
  again: boolean
}

/** How the calls through the page go, if there were any. */
export function pageCalls(alarm: Alarm, accountId: Id): AlarmDelivery | null {
  return alarm.deliveries.find((one) => one.account_id === accountId && one.channel === 'socket') ?? null
}

/** The newest call to somebody who has not answered; whoever goes, cannot or is let go is called no more. */
export function callTo(alarm: Alarm, accountId: Id): Call | null {
  const mine = responseOf(alarm, accountId)
  if (alarm.state !== 'open' || (mine?.state !== 'notified' && mine?.state !== 'timed_out')) return null
  const calls = pageCalls(alarm, accountId)
  const at = Date.parse(calls?.called_at ?? mine.notified_at)
  const late = mine.state === 'timed_out'
  return { alarmId: alarm.id, number: calls?.calls ?? 0, at, late, again: late && at > Date.parse(mine.notified_at) }
}

/** The name of a call: the next one has another. */
export const callKey = (call: Call): string => `${call.alarmId}:${call.number}`

/** How a call stands with whom it asked and who is neither on the way nor there: what its page says, with words of that name. */
export type CallStanding = 'asked' | 'unanswered' | 'replaced' | 'replacedHere' | 'declined' | 'released' | 'leftPage'

const STANDINGS: Partial<Record<ResponseState, CallStanding>> = {
  notified: 'asked',
  declined: 'declined',
  withdrawn: 'declined',
  released: 'released',
  left: 'leftPage',
}

/** Tell how a call stands with somebody; that another goes is said only where he goes of the same tier. */
export function callStanding(mine: AlarmResponse, others: readonly AlarmResponse[]): CallStanding {
  if (mine.state !== 'timed_out') return STANDINGS[mine.state] ?? 'asked'
  if (!others.some((one) => one.tier === mine.tier && GOING.has(one.state))) return 'unanswered'
  return mine.why === 'on_post' ? 'replacedHere' : 'replaced'
}

const GOING: ReadonlySet<ResponseState> = new Set(['responding', 'on_scene'])
const OUT: ReadonlySet<ResponseState> = new Set(['released', 'left'])

/** Whether the server takes an "I am going" from somebody: help that comes late is never turned away. */
export const mayGo = (state: ResponseState): boolean => !GOING.has(state) && !OUT.has(state)

/** The alarms that asked for somebody, also those that have ended; no double of one. */
export function callsTo(alarms: Iterable<Alarm>, accountId: Id): Alarm[] {
  const mine = [...alarms].filter((alarm) => responseOf(alarm, accountId) !== null)
  return mine.filter((alarm) => !mine.some((one) => one.id === alarm.merged_into))
}

/** How a call stands with whom it asked, in one word; after its end it has ended for everybody. */
export function callStateOf(alarm: Alarm, accountId: Id): ResponseState | 'ended' {
  return alarm.state === 'open' ? (responseOf(alarm, accountId)?.state ?? 'ended') : 'ended'
}
