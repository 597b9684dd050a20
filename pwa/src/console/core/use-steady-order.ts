/** A list that keeps its order under a hand while news come in. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Id } from '@/lib/wire'
import { SETTLES_MS, waitsToMove } from '@/apply/core/settling'

/**
 * A list of ids that changes its order at most every few seconds, however much comes in, and says for a second after
 * each change that it is fresh: what moved under a hand takes no press. Another page has its own list at once.
 */
export function useSteadyOrder(wanted: Readonly<Ref<readonly Id[]>>, page: Readonly<Ref<unknown>>): { shown: ShallowRef<readonly Id[]>; fresh: Ref<boolean> } {
  const shown = shallowRef<readonly Id[]>(wanted.value)
  const fresh = ref(false)
  let movedAt = Number.NEGATIVE_INFINITY
  let moving: ReturnType<typeof setTimeout> | undefined
  let settling: ReturnType<typeof setTimeout> | undefined

  function move(): void {
    clearTimeout(moving)
    moving = undefined
    if (String(shown.value) === String(wanted.value)) return
    shown.value = wanted.value
    movedAt = performance.now()
    fresh.value = true
    clearTimeout(settling)
    settling = setTimeout(() => (fresh.value = false), SETTLES_MS)
  }

  watch(page, move)
  watch(wanted, () => {
    moving ??= setTimeout(move, waitsToMove(performance.now(), movedAt))
  })
  onScopeDispose(() => {
    clearTimeout(moving)
    clearTimeout(settling)
  })
  return { shown, fresh }
}
