/** Rings for each call to me anew: sound and vibration until I answer or its time is over. */
import { computed, onUnmounted, ref, watch, type ComputedRef, type Ref } from 'vue'
import { callKey, callTo, type Call } from '@/apply/alarm/calls'
import { responseOf } from '@/apply/alarm/alarms'
import { callForDispatch } from '@/lib/phone-sound'
import type { Alarm, Id } from '@/lib/wire'
import { serverNow } from '@/state/core/clock'

/** A call that reached the phone late is heard all the same. */
const LEAST_MS = 5_000
/** For how long one rings that has no time of its own for an answer. */
const AGAIN_MS = 15_000
// Those that rang already, so that coming back to the page does not begin one anew.
const heard = new Set<string>()

export interface Ring {
  /** It rings now. */
  ringing: Ref<boolean>
  /** The call that waits for my answer. */
  call: ComputedRef<Call | null>
  quiet(): void
}

function isSilentFor(alarm: Alarm, me: Id): boolean {
  return alarm.covert && responseOf(alarm, me)?.tier === 1
}

/** Ring for the calls of an alarm while its page is shown. */
export function useRing(alarm: () => Alarm | null, me: () => Id | null): Ring {
  const ringing = ref(false)
  let stop: (() => void) | null = null
  const call = computed(() => {
    const [known, id] = [alarm(), me()]
    return known && id !== null ? callTo(known, id) : null
  })

  function quiet(): void {
    stop?.()
    stop = null
    ringing.value = false
  }

  function leftMs(now: Call): number {
    const due = responseOf(alarm()!, me()!)?.answer_due_at
    const left = (due ? Date.parse(due) : now.at + AGAIN_MS) - serverNow()
    return heard.has(callKey(now)) ? left : Math.max(LEAST_MS, left)
  }

  watch(
    () => call.value && callKey(call.value),
    () => {
      quiet()
      const forMs = call.value ? leftMs(call.value) : 0
      if (!call.value || forMs <= 0) return
      heard.add(callKey(call.value))
      ringing.value = true
      // Beside somebody who raised it covertly no phone may sound.
      if (!isSilentFor(alarm()!, me()!)) stop = callForDispatch(forMs, quiet)
    },
    { immediate: true },
  )
  onUnmounted(quiet)
  return { ringing, call, quiet }
}
