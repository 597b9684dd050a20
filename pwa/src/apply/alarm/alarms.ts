/** Pure: the alarms and the next event make the next alarms. */
import { lastOf } from '@/lib/last'
import type { Alarm, AlarmResponse, FeedEvent, Id } from '@/lib/wire'

export type Alarms = ReadonlyMap<Id, Alarm>

/** Index a full fetch by alarm. */
export function alarmsFrom(alarms: readonly Alarm[]): Alarms {
  return new Map(alarms.map((alarm) => [alarm.id, alarm]))
}

/** Put a newer alarm in its place; an older or equal version changes nothing. */
export function applyAlarm(state: Alarms, alarm: Alarm): Alarms {
  const known = state.get(alarm.id)
  if (known && known.version >= alarm.version) return state
  return new Map(state).set(alarm.id, alarm)
}

/** Apply a batch of events; those of other names pass. */
export function applyAlarms(state: Alarms, events: readonly FeedEvent[]): Alarms {
  return events.reduce(
    (alarms, event) => (event.name === 'alarm.changed' ? applyAlarm(alarms, event.data) : alarms),
    state,
  )
}

/** Find the response of one account that counts now: the last one that was made. */
export function responseOf(alarm: Alarm, accountId: Id): AlarmResponse | null {
  return lastOf(alarm.responses.filter((response) => response.account_id === accountId)) ?? null
}

/** List open alarms: the newest unacknowledged first, then the acknowledged, newest first. */
export function openAlarms(state: Alarms): Alarm[] {
  return [...state.values()]
    .filter((alarm) => alarm.state === 'open')
    .sort(
      (a, b) =>
        Number(a.acknowledged_at !== null) - Number(b.acknowledged_at !== null) ||
        b.raised_at.localeCompare(a.raised_at),
    )
}
