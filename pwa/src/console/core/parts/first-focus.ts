/** Where the focus goes when a dialog opens. */
import { nextTick } from 'vue'

/** Put the focus on what a dialog that has just opened is about: what is chosen in it, else its first entry or choice. */
export function focusFirst(inside: HTMLElement | null | undefined): void {
  void nextTick(() => {
    const chosen = inside?.querySelector<HTMLElement>('input[type="radio"]:checked')
    ;(chosen ?? inside?.querySelector<HTMLElement>('input, select, textarea, button, [tabindex="0"]'))?.focus()
  })
}
