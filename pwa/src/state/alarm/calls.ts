/** The calls to the guard of this phone: each takes the screen, unless he is in need himself. */
import { computed, reactive, watch } from 'vue'
import type { Router } from 'vue-router'
import { responseOf } from '@/apply/alarm/alarms'
import { callKey, callsTo, callTo } from '@/apply/alarm/calls'
import { inOrder, othersThan, takesPage, wants, type Holder } from '@/apply/alarm/first-call'
import { holdScreen } from '@/lib/screen-lock'
import { prepareSound } from '@/lib/phone-sound'
import type { Alarm, Id, ResponseState } from '@/lib/wire'
import { alarms, open, raisedByMe } from './alarms'
import { serverNow } from '@/state/core/clock'
import { answeredAlarm, ownAlarm, pressing } from '@/state/core/outbox'
import { dutyState } from '@/state/duty/duty'
import { watchReceipts } from '@/state/delivery/receipts'
import { account } from '@/state/people/session'

/** Photos that the last visit could not send go out whatever page is open. */
try {
  if (localStorage.getItem('huxue.pictures')) void import('./pictures').then((pictures) => pictures.startPictures()).catch(() => undefined)
} catch {
  // No storage: nothing waits.
}

/** One whose time has passed takes the screen only while the server may still be waiting to call again. */
const FRESH_MS = 60_000
const AT_WORK: ReadonlySet<ResponseState | undefined> = new Set<ResponseState | undefined>(['responding', 'on_scene'])
const FIRST_TOUCHES = ['touchend', 'click', 'keydown'] as const

/** An answer that is on its way to an alarm. */
export interface OnItsWay {
  state: ResponseState
  /** It has not got through yet; it is being sent again. */
  late: boolean
}

// By alarm, and not by page: another call may take the screen, or the guard look at his post meanwhile.
export const onTheirWay = reactive(new Map<Id, OnItsWay>())

const holder = computed<Holder | null>(() => {
  if (!account.value) return null
  const checkIn = dutyState.duty?.check_in
  const postId = checkIn && checkIn.checked_out_at === null ? checkIn.post_id : null
  return { id: account.value.id, postId, answering: new Set(onTheirWay.keys()) }
})

/** The alarms that ask for me or have me at work, besides one, in the order in which they concern me. */
export const othersBeside = (shown: Id): Alarm[] => (holder.value ? othersThan(shown, open.value, holder.value) : [])

/** Whether an alarm waits for me or has me at work: it comes before going home. */
export const wantsMe = (alarm: Alarm): boolean => holder.value !== null && wants(alarm, holder.value)

const endsSeen = reactive(new Set<Id>())

/** The alarms that asked for me: open ones whatever I answered, and those whose end I have not seen. */
export const myCalls = computed(() =>
  holder.value
    ? inOrder(callsTo(alarms.value.values(), holder.value.id), holder.value).filter((one) => one.state === 'open' || !endsSeen.has(one.id))
    : [],
)

/** The alarms that had me at work and ended while I looked at another page, and whose end I have not seen. */
export const endedAtWork = (shown: Id): Alarm[] =>
  myCalls.value.filter((one) => one.id !== shown && one.state !== 'open' && AT_WORK.has(responseOf(one, holder.value!.id)?.state))

/** Note that the end of an alarm was read. */
export const endSeen = (id: Id): unknown => endsSeen.add(id)

/** My own alarm, while it is on its way or open. */
const inNeed = computed<'no' | 'unsent' | 'open'>(() => {
  const entry = ownAlarm.value
  const answered = answeredAlarm(entry)
  if (entry && !answered) return 'unsent'
  // One that has ended and whose end was not read yet hides no other that I raised since.
  const raised = [answered ? (alarms.value.get(answered.id) ?? answered) : null, raisedByMe.value]
  return raised.some((one) => (alarms.value.get(one?.merged_into ?? 0) ?? one)?.state === 'open') ? 'open' : 'no'
})

/** Whether the screen must stay lit on a page: whoever is called, goes or is in need looks at it. */
function mustStayLit(path: string): boolean {
  if (path === '/alarm') return inNeed.value !== 'no'
  const alarm = alarms.value.get(shownCall(path) ?? 0)
  const mine = alarm?.state === 'open' && account.value && responseOf(alarm, account.value.id)
  if (!alarm || !mine) return false
  const calls = alarm.ladders.some((one) => one.tier === mine.tier && one.phase === 'calling')
  return mine.state === 'responding' || mine.state === 'on_scene' || mine.state === 'notified' || (mine.state === 'timed_out' && calls)
}

const shownCall = (path: string): Id | null => Number(/^\/respond\/(\d+)$/.exec(path)?.[1]) || null

function takeScreen(router: Router): void {
  const taken = new Set<string>()
  watch(
    [open, holder, pressing, inNeed, router.currentRoute],
    () => {
      // Whoever is in need himself keeps the page that he looks at: other calls stand above it.
      if (pressing.value || inNeed.value !== 'no' || !holder.value) return
      const shown = shownCall(router.currentRoute.value.path)
      const me = holder.value.id
      const seen = (id: Id | null): void => {
        const alarm = alarms.value.get(id ?? 0)
        const call = alarm && callTo(alarm, me)
        if (call) taken.add(callKey(call))
      }
      seen(shown)
      const next = takesPage(open.value, shown, holder.value, { taken, since: serverNow() - FRESH_MS })
      if (next !== null) {
        seen(next)
        void router.push(`/respond/${next}`)
      } else if (shown !== null) {
        // What stands in a bar of a call's page was seen there: no answer to that page brings it under the finger.
        for (const other of othersBeside(shown)) seen(other.id)
      }
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
export { takeJobEvents } from '@/state/core/jobs'
