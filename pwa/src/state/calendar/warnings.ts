/** What the calendar of the district lacks: asked for by the console, shown on each of its pages. */
import { computed, shallowRef } from 'vue'
import { get } from '@/lib/http'
import type { CalendarWarnings } from '@/lib/wire'

const found = shallowRef<CalendarWarnings | null>(null)

/** What is lacking; null until it was asked for. */
export const calendarWarnings = computed(() => found.value)

/** Ask what is lacking; a failure leaves what is known. */
export async function fetchCalendarWarnings(): Promise<void> {
  try {
    found.value = await get<CalendarWarnings>('/api/calendar/warnings')
  } catch {
    return
  }
}

/** Forget it: the next person at this desk may be of another district. */
export function forgetCalendarWarnings(): void {
  found.value = null
}
