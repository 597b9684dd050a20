/** The calls to the guard of this phone: each takes the screen, unless he is in need himself. */
import { computed, reactive, watch } from 'vue'
import type { Router } from 'vue-router'
import { responseOf } from '@/apply/alarm/alarms'
import { callKey, callsTo, callTo } from '@/apply/alarm/calls'
import { holdScreen } from '@/lib/screen-lock'
import { prepareSound } from '@/lib/phone-sound'
import type { Alarm, Id, ResponseState } from '@/lib/wire'
import { alarms, open, raisedByMe } from './alarms'
import { serverNow } from '@/state/core/clock'
import { answeredAlarm, ownAlarm, pressing } from '@/state/core/outbox'
import { watchReceipts } from '@/state/delivery/receipts'
import { account } from '@/state/people/session'

/** One whose time has passed takes the screen only while the server may still be waiting to call again. */
const FRESH_MS = 60_000
const FIRST_TOUCHES = ['touchend', 'click', 'keydown'] as const

/** The calls that wait for my answer, those of the newest alarm first. */
export const calling = computed(() =>
  open.value.flatMap((alarm) => (account.value && callTo(alarm, account.value.id)) ?? []),
)

const endsSeen = reactive(new Set<Id>())

/** The alarms that asked for me: open ones whatever I answered, and those whose end I have not seen. */
export const myCalls = computed(() =>
  account.value ? callsTo(alarms.value.values(), account.value.id).filter((one) => one.state === 'open' || !endsSeen.has(one.id)) : [],
)

/** Note that the end of an alarm was read. */
export const endSeen = (id: Id): unknown => endsSeen.add(id)

/** The open alarms that wait for me, and after them those that have me at work; each time the newest first. */
export const takingPart = computed(() => [...having('notified'), ...having('responding', 'on_scene')])

function having(...states: (ResponseState | undefined)[]): Alarm[] {
  return open.value.filter((alarm) => account.value && states.includes(responseOf(alarm, account.value.id)?.state))
}

/** My own alarm, while it is on its way or open. */
export const inNeed = computed<'no' | 'unsent' | 'open'>(() => {
  const entry = ownAlarm.value
  const answered = answeredAlarm(entry)
  if (entry && !answered) return 'unsent'
  const raised = answered ? (alarms.value.get(answered.id) ?? answered) : raisedByMe.value
  const alarm = alarms.value.get(raised?.merged_into ?? 0) ?? raised
  return alarm?.state === 'open' ? 'open' : 'no'
})

/** Whether the screen must stay lit on a page: whoever is called, goes or is in need looks at it. */
function mustStayLit(path: string): boolean {
  if (path === '/alarm') return inNeed.value !== 'no'
  const alarm = alarms.value.get(Number(/^\/respond\/(\d+)$/.exec(path)?.[1]))
  const mine = alarm?.state === 'open' && account.value && responseOf(alarm, account.value.id)
  if (!alarm || !mine) return false
  const calls = alarm.ladders.some((one) => one.tier === mine.tier && one.phase === 'calling')
  return mine.state === 'responding' || mine.state === 'on_scene' || mine.state === 'notified' || (mine.state === 'timed_out' && calls)
}

function takeScreen(router: Router): void {
  const taken = new Set<string>()
  watch(
    [calling, pressing, inNeed, router.currentRoute],
    () => {
      const busy = pressing.value || inNeed.value === 'unsent' || (inNeed.value === 'open' && router.currentRoute.value.path === '/alarm')
      const fresh = calling.value.filter((call) => !taken.has(callKey(call)))
      const first = fresh.find((call) => !call.late || serverNow() - call.at < FRESH_MS)
      if (busy || !first) return
      fresh.forEach((call) => taken.add(callKey(call)))
      void router.push(`/respond/${first.alarmId}`)
    },
    { immediate: true },
  )
}

let following = false

/** Follow the calls from now on; a second time changes nothing. */
export function followCalls(router: Router): void {
  if (following) return
  following = true
  watchReceipts(alarms)
  takeScreen(router)
  watch(() => mustStayLit(router.currentRoute.value.path), holdScreen, { immediate: true })
  // Without a touch before it no browser lets a call be heard, so the first one anywhere counts.
  for (const touch of FIRST_TOUCHES) document.addEventListener(touch, prepareSound, { passive: true })
}

export { takeTestEvents } from '@/state/delivery/receipts'
