/** The alarm that an address names, kept complete while its page is shown. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { get } from '@/lib/http'
import type { Alarm } from '@/lib/wire'
import { now } from '@/state/core/clock'
import { alarms, loaded, takeAlarm } from '@/state/core/console'
import { loadNames } from '@/state/alarm/names'

/** The alarm of an address, from the state where it is known, else fetched; its people's names are kept complete. */
export function useAlarm(address: Ref<string>): { alarm: ComputedRef<Alarm | null>; problem: Ref<unknown>; load: () => Promise<void> } {
  const problem = shallowRef<unknown>(null)
  const tried = ref<string | null>(null)
  const alarm = computed(() => [...alarms.value.values()].find((one) => String(one.id) === address.value) ?? null)

  async function load(): Promise<void> {
    tried.value = address.value
    problem.value = null
    try {
      takeAlarm(await get<Alarm>(`/api/alarms/${encodeURIComponent(address.value)}`))
    } catch (error) {
      problem.value = error
    }
  }

  const stopFetching = watch(
    [address, loaded, alarm],
    () => {
      if (loaded.value && !alarm.value && tried.value !== address.value) void load()
    },
    { immediate: true },
  )
  // Names come apart from the event that brings new people: ask until all are known.
  const stopNaming = watch([alarm, now], () => alarm.value && void loadNames(alarm.value), { immediate: true })
  onBeforeUnmount(() => {
    stopFetching()
    stopNaming()
  })
  return { alarm, problem, load }
}
