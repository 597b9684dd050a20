/** What would be missing if an alarm were raised now, list by list. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { ReadinessGap, Readiness } from '@/lib/wire'

const RENEW_EVERY_MS = 30_000

/** What would be missing now: the counts, and one list that grows page by page. */
export interface ReadinessList {
  counts: ShallowRef<Readiness['counts']>
  items: ShallowRef<Readiness['items']>
  next: ShallowRef<number | null>
  at: Ref<number | null>
  problem: ShallowRef<unknown>
  renew: () => Promise<void>
  more: () => Promise<void>
}

/** Look at one kind of lack, and again every half minute as far as the list has been opened. */
export function useReadiness(lack: Ref<ReadinessGap>): ReadinessList {
  const counts = shallowRef<Readiness['counts']>([])
  const items = shallowRef<Readiness['items']>([])
  const next = shallowRef<number | null>(null)
  const at = ref<number | null>(null)
  const problem = shallowRef<unknown>(null)
  let turn = 0

  async function page(from: number | null): Promise<void> {
    turn += 1
    const mine = turn
    try {
      const found = await get<Readiness>('/api/readiness', { query: { lack: lack.value, cursor: from, limit: 50 } })
      // Another list has been asked for meanwhile.
      if (mine !== turn) return
      counts.value = found.counts
      items.value = from === null ? found.items : [...items.value, ...found.items]
      next.value = found.next
      at.value = Date.now()
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = error
    }
  }

  watch(
    lack,
    () => {
      items.value = []
      void page(null)
    },
    { immediate: true },
  )
  const timer = setInterval(() => {
    // Somebody who reads on at the third page is not thrown back to the first.
    if (items.value.length <= 50) void page(null)
  }, RENEW_EVERY_MS)
  onScopeDispose(() => clearInterval(timer))
  return { counts, items, next, at, problem, renew: () => page(null), more: () => page(next.value) }
}
