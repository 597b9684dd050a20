/** Whoever works by keys stays where he is when the button that he pressed is drawn anew, or is gone. */
import { nextTick, watch, type Ref } from 'vue'

const NEXT = 'button:enabled, a[href], input:enabled, select:enabled'

/** Hold the focus within a place while a write is under way; `otherwise` is where it goes once that place is gone. */
export function keepFocus(place: () => HTMLElement | null, busy: Ref<boolean>, otherwise?: () => HTMLElement | null): void {
  let held = false
  function give(): void {
    if (document.activeElement !== document.body) return
    const there = place() ?? otherwise?.() ?? null
    const next = there?.querySelector<HTMLElement>(NEXT) ?? there
    next?.focus()
  }
  // At once: the pressed button is disabled with the next drawing, and has no focus from then on.
  watch(busy, (is) => (is ? (held = place()?.contains(document.activeElement) ?? false) : held && void nextTick(give)), { flush: 'sync' })
}
