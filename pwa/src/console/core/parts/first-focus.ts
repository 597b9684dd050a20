/** Where the focus goes when a dialog opens. */
import { nextTick } from 'vue'

/**
 * Put the focus on what a dialog that has just opened is about: what is chosen in it, else its first entry or choice.
 * Somebody may write in it before it stands still: then the focus stays where it is, or the words would go elsewhere.
 */
export function focusFirst(inside: HTMLElement | null | undefined): void {
  void nextTick(() => {
    if (inside?.contains(document.activeElement)) return
    const chosen = inside?.querySelector<HTMLElement>('input[type="radio"]:checked')
    ;(chosen ?? inside?.querySelector<HTMLElement>('input, select, textarea, button, [tabindex="0"]'))?.focus()
  })
}
