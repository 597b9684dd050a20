/** The entries of a timeline before the newest ones, loaded page by page. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { get } from '@/lib/http'
import type { Alarm, Id, TimelineEntry, TimelinePage } from '@/lib/wire'

interface EarlierEntries {
  /** The alarm with the entries that were loaded besides the newest ones that it carries itself. */
  whole: ComputedRef<Alarm | null>
  /** How many of its entries are not loaded. */
  left: ComputedRef<number>
  busy: Ref<boolean>
  problem: Ref<unknown>
  load: () => Promise<void>
}

/** The course of an alarm beyond the newest entries that every answer and event carries, loaded page by page. */
export function useEarlier(alarm: Ref<Alarm | null>): EarlierEntries {
  const loaded = shallowRef<ReadonlyMap<Id, TimelineEntry>>(new Map())
  const busy = shallowRef(false)
  const problem = shallowRef<unknown>(null)
  let next: Id | null = null

  // Each event carries the newest entries alone: what a later one pushes out stays, once earlier ones are here.
  watch(
    alarm,
    (now, before) => {
      if (now?.id !== before?.id) {
        loaded.value = new Map()
        problem.value = next = null
      } else if (now && loaded.value.size > 0) keep(now.timeline)
    },
    { flush: 'sync' },
  )

  function keep(entries: readonly TimelineEntry[]): void {
    loaded.value = new Map([...loaded.value, ...entries.map((entry) => [entry.id, entry] as const)])
  }

  const whole = computed(() => {
    if (!alarm.value || loaded.value.size === 0) return alarm.value
    const entries = new Map([...loaded.value, ...alarm.value.timeline.map((entry) => [entry.id, entry] as const)])
    return { ...alarm.value, timeline: [...entries.values()].sort((a, b) => a.id - b.id) }
  })
  const left = computed(() => (whole.value ? Math.max(0, whole.value.timeline_count - whole.value.timeline.length) : 0))

  async function load(): Promise<void> {
    const of = alarm.value?.id
    if (of === undefined || busy.value) return
    busy.value = true
    problem.value = null
    try {
      // The first page begins at the newest entry: what came between two events is in it, too.
      const page = await get<TimelinePage>(`/api/alarms/${of}/timeline`, { query: { cursor: next ?? 0, limit: 100 } })
      if (alarm.value?.id !== of) return
      keep([...page.items, ...alarm.value.timeline])
      next = page.next
    } catch (error) {
      problem.value = error
    } finally {
      busy.value = false
    }
  }

  return { whole, left, busy, problem, load }
}
