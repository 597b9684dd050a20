/** Pure: the calls of an alarm that reach somebody through his open page. */
import type { Alarm, AlarmDelivery, Id } from '../lib/types'
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
