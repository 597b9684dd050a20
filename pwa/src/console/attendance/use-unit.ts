/** Whose figures a paper has: the school, the station, or the district. */
import { computed, type ComputedRef } from 'vue'
import { district } from '@/state/core/console'
import { account } from '@/state/people/session'

/** Its name, as it stands at the head of a paper. */
export function useUnit(): ComputedRef<string> {
  return computed(() => account.value?.school_name ?? account.value?.station_name ?? district.value?.name ?? '')
}
