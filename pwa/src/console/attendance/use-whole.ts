/** A page that is printed only once each of its parts has what it shows. */
import { computed, inject, onScopeDispose, provide, reactive, watch, type ComputedRef, type InjectionKey } from 'vue'

const PARTS: InjectionKey<Map<symbol, boolean>> = Symbol('parts of a page')

/** For the page: whether all parts in it are there. */
export function useWhole(): ComputedRef<boolean> {
  const parts = reactive(new Map<symbol, boolean>())
  provide(PARTS, parts)
  return computed(() => [...parts.values()].every(Boolean))
}

/** For a part of it: says when it is there. */
export function usePart(isThere: () => boolean): void {
  const parts = inject(PARTS, null)
  const me = Symbol('part')
  watch(isThere, (there) => parts?.set(me, there), { immediate: true })
  onScopeDispose(() => parts?.delete(me))
}
