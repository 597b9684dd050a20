/** What the phone keeps going while somebody is signed in: feed, duty, outbox. */
import { watch } from 'vue'
import type { Router } from 'vue-router'
import type { FeedEvent } from '@/lib/wire'
import { fetchAlarm, fetchAlarms, forgetAlarms, open, takeAlarmEvents } from '@/state/alarm/alarms'
import { fetchDrills, forgetDrills, takeDrillEvents } from '@/state/exercise/announced-drills'
import { fetchDuty, forgetDuty, takeDutyEvents } from '@/state/duty/duty'
import { startFeed, stopFeed } from './feed'
import { answeredAlarm, ownAlarm, startOutbox } from './outbox'
import { isSuspended, session } from '@/state/people/session'

const MISSED_BEATS = 2.5
const POLL_MS = 15_000
// Well within the 15 s that a call has for its answer.
const BLOCKED_POLL_MS = 5_000
const ALARMED_POLL_MS = 2_000

/** How often the server beats for this page, as it says with *Me*. */
function beatS(): number {
  const told = session.me?.settings
  return (alarmed() ? told?.heartbeat_s : told?.quiet_heartbeat_s) ?? (alarmed() ? 3 : 15)
}

const alarmed = (): boolean => open.value.length > 0 || ownAlarm.value !== null

/** What a call does comes after the first load; where it could not be loaded, the next news try again. */
function followCalls(router: Router, events: readonly FeedEvent[] = []): void {
  import('@/state/alarm/calls')
    .then((calls) => {
      calls.followCalls(router)
      calls.takeTestEvents(events)
      calls.takeJobEvents(events)
    })
    .catch(() => undefined)
}

function startPhoneFeed(router: Router): void {
  startFeed({
    saysHidden: true,
    // The cursor is the alarms'; the duty is fetched after them, so it is at least as new.
    fetchAll: async () => {
      const cursor = await fetchAlarms()
      await fetchDuty()
      void fetchDrills()
      return cursor
    },
    apply: (events) => {
      takeAlarmEvents(events)
      takeDutyEvents(events)
      takeDrillEvents(events)
      followCalls(router, events)
    },
    heartbeatTimeoutMs: () => beatS() * 1000 * MISSED_BEATS,
    pollIntervalMs: (blocked) => (alarmed() ? ALARMED_POLL_MS : blocked ? BLOCKED_POLL_MS : POLL_MS),
  })
}

let started = false

/** Start once; follows every sign-in and sign-out from then on. */
export function startPhone(router: Router): void {
  if (started) return
  started = true
  startOutbox()
  followCalls(router)
  // Fields come after the first load, as this does.
  void import('@/lib/field-in-sight').then(({ keepFieldInSight }) => keepFieldInSight()).catch(() => undefined)
  // The own alarm may have ended while nobody listened: what the phone kept of it is not the news.
  watch(
    () => (session.me?.csrf_token ? answeredAlarm(ownAlarm.value)?.id : undefined),
    (id) => id !== undefined && void fetchAlarm(id).catch(() => undefined),
    { immediate: true },
  )
  watch(
    // A suspended account hears no news: nothing but the alarm is left to it.
    () => (session.me?.account.role === 'guard' && !isSuspended.value ? session.me.account.id : null),
    (accountId) => {
      stopFeed()
      forgetAlarms()
      forgetDuty()
      forgetDrills()
      if (accountId !== null) startPhoneFeed(router)
    },
    { immediate: true },
  )
}
