/** The question before a page with unsaved steps is left. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { anyUnsaved, dropDrafts } from '@/state/alarm/step-drafts'

/** How somebody goes who has not saved. */
export type UnsavedChoice = 'stay' | 'keep' | 'drop'

/**
 * Ask before the page is left with changes that are not saved.
 *
 * Whoever goes to an alarm is asked nothing: the changes are kept, and stand here on coming back.
 */
export function useUnsavedQuestion(): { asking: Ref<boolean>; answer: (chosen: UnsavedChoice) => void } {
  const asking = ref(false)
  let decide: ((goes: boolean) => void) | null = null

  function answer(chosen: UnsavedChoice): void {
    asking.value = false
    if (chosen === 'drop') dropDrafts()
    decide?.(chosen !== 'stay')
    decide = null
  }

  onBeforeRouteLeave((to) => {
    if (!anyUnsaved.value || to.name === 'console-alarm' || to.name === 'console-sign-in') return true
    decide?.(false)
    asking.value = true
    return new Promise<boolean>((resolve) => {
      decide = resolve
    })
  })

  function unload(event: BeforeUnloadEvent): void {
    if (anyUnsaved.value) event.preventDefault()
  }
  onMounted(() => addEventListener('beforeunload', unload))
  onBeforeUnmount(() => removeEventListener('beforeunload', unload))
  return { asking, answer }
}
